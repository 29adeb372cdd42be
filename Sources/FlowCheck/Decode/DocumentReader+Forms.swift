import FlowDiagnostics
import FlowExpression
import FlowLanguage
import FlowModel
import FlowPattern
import FlowSchedule
import FlowValue
import FlowYAML

extension DocumentReader {
    /// Whether a value is what its key takes; if not, it has been said why, once.
    mutating func accepts(_ node: YAMLNodeID, _ spec: KeySpec) -> Bool {
        if isPlainly(spec.glance, node) { return true }
        if document.isBroken(node) { return false }
        if isNull(node), spec.isNullable { return true }
        if holdsExpression(node) {
            if spec.takesExpressions, Self.mayBeWhole(spec) { return true }
            if spec.takesExpressions { return refuse(node, spec.form, spec.key.rawValue) }
            // Scripts have their own words for it, and a condition is an expression without the braces.
            if spec.key != .run { return refuseExpression(node, spec.key.rawValue) }
        }
        return accepts(node, spec.form, spec.key.rawValue, mayExpress: spec.takesExpressions)
    }

    /// Whether one expression may stand for the whole value: for an item or a list to go through, not for names.
    private static func mayBeWhole(_ spec: KeySpec) -> Bool {
        switch spec.form {
        case .namedValues, .namedTexts, .named, .shape, .list: false
        case .values: spec.key != .args
        default: true
        }
    }

    /// Whether a value is right at a glance: what nearly all of a large file is.
    private func isPlainly(_ glance: KeySpec.Glance, _ node: YAMLNodeID) -> Bool {
        guard glance != .none, !document.isBroken(node) else { return false }
        return switch glance {
        case .identifier: document.kind(node) == .scalar && document.isBare(node)
        case .taskName: document.isString(node) && document.isBare(node)
        case .values: document.kind(node) == .sequence
        case .none: false
        }
    }

    /// Whether a scalar holds `${{ }}`.
    func holdsExpression(_ node: YAMLNodeID) -> Bool {
        guard document.isString(node) else { return false }
        let mayHold = unsafe document.withBytes(node) { bytes in
            unsafe bytes.contains(UInt8(ascii: "$"))
        }
        return mayHold && Template.holdsExpression(document.text(node))
    }

    private mutating func refuseExpression(_ node: YAMLNodeID, _ key: String) -> Bool {
        refused.append(node)
        report(
            Diagnostic(
                .misplacedExpression, "'\(key)' cannot hold an expression: it has to be known before anything runs",
                at: document.span(node)))
        return false
    }

    /// The place of the first `${{` in a scalar.
    func firstExpression(in node: YAMLNodeID) -> SourceSpan {
        guard let place = Template.firstExpression(in: document.text(node)) else { return document.span(node) }
        return span(place, in: node)
    }

    /// Whether a value has a form; if not, it has been said why, once.
    mutating func accepts(_ node: YAMLNodeID, _ form: ValueForm, _ key: String, mayExpress: Bool = false) -> Bool {
        if document.isBroken(node) { return false }
        switch form {
        case .text: return isText(node) || refuse(node, form, key)
        case .taskName: return (isText(node) && number(node) == nil) || refuse(node, form, key)
        case .bool: return bool(node) != nil || refuseBool(node, key)
        case .number: return number(node) != nil || refuseNumber(node, form, key)
        case .whole(let range): return acceptsWhole(node, range, key)
        case .duration: return duration(node) != nil || refuseDuration(node, form, key)
        case .time: return acceptsTime(node, key)
        case .choice(let names): return acceptsChoice(node, names, form, key)
        case .version: return document.scalar(node) == .int(1) && document.kind(node) == .scalar || refuseVersion(node)
        case .workflowName: return acceptsName(node, form, key, Self.isWorkflowName)
        case .identifier: return acceptsName(node, form, key, Self.isIdentifier)
        case .moduleFunction: return acceptsModule(node, key)
        case .rate: return acceptsRate(node, key)
        case .pattern: return acceptsPattern(node, key)
        case .timezone: return acceptsTimezone(node, key)
        case .crontab: return acceptsCrontab(node, key)
        case .signal: return acceptsSignal(node, key)
        case .errorClass: return acceptsErrorClass(node, key)
        case .path: return (isText(node) && !document.text(node).isEmpty) || refuse(node, form, key)
        case .url: return acceptsURL(node, key)
        case .condition: return acceptsCondition(node, key)
        case .value: return mayExpress || acceptsLiteral(node, key)
        case .values:
            guard document.kind(node) == .sequence else { return refuseList(node, key, mayExpress) }
            return mayExpress || acceptsLiteral(node, key)
        case .namedValues, .named:
            guard document.kind(node) != .mapping else { return true }
            let isCall = key == "kwargs" && document.kind(node) == .sequence
            wrongType(node, key, form.words + (isCall ? "; arguments by position stand in 'args'" : ""))
            return false
        case .namedTexts: return acceptsTexts(node, key, mayExpress)
        case .list(let item): return acceptsList(node, item, key, mayExpress)
        case .oneOrList(let item):
            if document.kind(node) == .sequence { return acceptsList(node, item, key, mayExpress) }
            return accepts(node, item, key, mayExpress: mayExpress)
        case .either(let forms): return acceptsEither(node, forms, form, key)
        case .shape, .signature, .settings: return document.kind(node) == .mapping || refuse(node, form, key)
        case .type: return document.kind(node) != .sequence || refuse(node, form, key)
        case .needs: return !isNull(node) || refuse(node, form, key)
        case .node, .nodeOrNodes: return true
        case .nodes: return document.kind(node) == .sequence || refuse(node, form, key)
        }
    }

    private mutating func refuse(_ node: YAMLNodeID, _ form: ValueForm, _ key: String) -> Bool {
        wrongType(node, key, form.words)
        return false
    }

    private mutating func refuseValue(
        _ node: YAMLNodeID, _ form: ValueForm, _ key: String, meant: String? = nil
    ) -> Bool {
        let hint = meant.map { "; did you mean '\($0)'?" } ?? ""
        let fixIt = meant.map { Diagnostic.FixIt("write \($0)", edits: [.init(document.span(node), $0)]) }
        report(
            Diagnostic(
                .wrongValue, "'\(key)' takes \(form.words), not \(describe(node))\(hint)", at: document.span(node),
                fixIt: fixIt))
        return false
    }

    /// Whether a value holds no expression anywhere.
    private mutating func acceptsLiteral(_ node: YAMLNodeID, _ key: String) -> Bool {
        switch document.kind(node) {
        case .scalar, .alias: return !holdsExpression(node) || refuseExpression(node, key)
        case .sequence:
            for item in document.items(node) where !acceptsLiteral(item, key) { return false }
            return true
        case .mapping:
            for (_, value) in document.entries(node) where !acceptsLiteral(value, key) { return false }
            return true
        }
    }

    // MARK: Words and numbers

    private func isQuoted(_ node: YAMLNodeID) -> Bool {
        document.kind(node) == .scalar && document.style(node) != .plain
    }

    private func unquoted(_ node: YAMLNodeID, _ text: String) -> Diagnostic.FixIt? {
        isQuoted(node) ? Diagnostic.FixIt("remove the quotes", edits: [.init(document.span(node), text)]) : nil
    }

    private mutating func refuseBool(_ node: YAMLNodeID, _ key: String) -> Bool {
        var fixIt: Diagnostic.FixIt?
        if document.kind(node) == .scalar {
            let text = document.text(node)
            switch text.lowercased() {
            case "true" where text != "true", "yes", "on", "y":
                fixIt = .init("write true", edits: [.init(document.span(node), "true")])
            case "false" where text != "false", "no", "off", "n":
                fixIt = .init("write false", edits: [.init(document.span(node), "false")])
            case "true", "false": fixIt = unquoted(node, text)
            default: break
            }
        }
        wrongType(node, key, ValueForm.bool.words, fixIt: fixIt)
        return false
    }

    private mutating func refuseNumber(_ node: YAMLNodeID, _ form: ValueForm, _ key: String) -> Bool {
        let text = document.text(node)
        wrongType(node, key, form.words, fixIt: Double(text) != nil ? unquoted(node, text) : nil)
        return false
    }

    private mutating func acceptsWhole(_ node: YAMLNodeID, _ range: ClosedRange<Int64>, _ key: String) -> Bool {
        guard document.kind(node) == .scalar, case .int(let value) = document.scalar(node) else {
            let text = document.text(node)
            let isRight = Int64(text).map { range.contains($0) } ?? false
            wrongType(node, key, ValueForm.whole(range).words, fixIt: isRight ? unquoted(node, text) : nil)
            return false
        }
        return range.contains(value) || refuseValue(node, .whole(range), key)
    }

    private mutating func refuseVersion(_ node: YAMLNodeID) -> Bool {
        report(
            Diagnostic(
                .wrongValue, "'flowrun' is \(ValueForm.version.words), not \(describe(node))", at: document.span(node)))
        return false
    }

    private mutating func acceptsChoice(
        _ node: YAMLNodeID, _ names: [String], _ form: ValueForm, _ key: String
    ) -> Bool {
        guard isText(node) else { return refuse(node, form, key) }
        let text = document.text(node)
        guard !names.contains(text) else { return true }
        let isOtherCase = names.first { $0.lowercased() == text.lowercased() }
        return refuseValue(node, form, key, meant: isOtherCase ?? Suggestion.nearest(to: text, among: names))
    }

    // MARK: Times

    private mutating func refuseDuration(_ node: YAMLNodeID, _ form: ValueForm, _ key: String) -> Bool {
        guard document.kind(node) == .scalar, !document.isNull(node) else { return refuse(node, form, key) }
        let text = document.text(node)
        if document.scalar(node) == .string, isQuoted(node), Double(text) != nil {
            report(
                Diagnostic(
                    .wrongValue, "'\(key)' takes \(form.words), not the text \(describe(node)); a number has no quotes",
                    at: document.span(node), fixIt: unquoted(node, text)))
            return false
        }
        if case .bool = document.scalar(node) { return refuse(node, form, key) }
        return refuseValue(node, form, key, meant: DurationText.meant(by: text))
    }

    private mutating func acceptsTime(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard document.isString(node) else { return refuse(node, .time, key) }
        return Timestamp(iso8601: document.text(node)) != nil || refuseValue(node, .time, key)
    }

    private mutating func acceptsTimezone(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard isText(node) else { return refuse(node, .timezone, key) }
        let text = document.text(node)
        return TimeZoneNames.contains(text)
            || refuseValue(node, .timezone, key, meant: Suggestion.nearest(to: text, among: TimeZoneNames.all))
    }

    private mutating func acceptsCrontab(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard isText(node) else { return refuse(node, .crontab, key) }
        do throws(CrontabError) {
            let crontab = try Crontab(document.text(node))
            guard crontab.canFire else {
                report(
                    Diagnostic(
                        .scheduleNeverFires, "the crontab \(describe(node)) never fires: no month has such a day",
                        at: document.span(node)))
                return false
            }
            return true
        } catch {
            let place = Expression.Place(error.range.lowerBound, error.range.upperBound)
            report(Diagnostic(.scheduleSyntax, error.message, at: span(place, in: node)))
            return false
        }
    }

    // MARK: Names with a form

    private mutating func acceptsName(
        _ node: YAMLNodeID, _ form: ValueForm, _ key: String, _ isLegal: (String) -> Bool
    ) -> Bool {
        guard isText(node) else { return refuse(node, form, key) }
        return isLegal(document.text(node)) || refuseValue(node, form, key)
    }

    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "_") else { return false }
        return text.utf8.allSatisfy {
            isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    private static func isWorkflowName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !"_.-".utf8.contains(first) else { return false }
        return text.utf8.allSatisfy { $0 &- UInt8(ascii: "a") < 26 || isDigit($0) || "_.-".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    /// Whether a text is a Python name with dots in it.
    private static func isDottedName(_ text: some StringProtocol) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
            return part.unicodeScalars.allSatisfy { $0.properties.isXIDContinue }
        }
    }

    private mutating func acceptsModule(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard isText(node) else { return refuse(node, .moduleFunction, key) }
        let text = document.text(node)
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2, parts.allSatisfy({ Self.isDottedName($0) }) { return true }
        var meant: String?
        if parts.count == 1, Self.isDottedName(text), let dot = text.lastIndex(of: ".") {
            meant = text[..<dot] + ":" + text[text.index(after: dot)...]
        }
        return refuseValue(node, .moduleFunction, key, meant: meant)
    }

    private mutating func acceptsRate(_ node: YAMLNodeID, _ key: String) -> Bool {
        if let number = number(node) { return number > 0 || refuseValue(node, .rate, key) }
        guard isText(node), document.scalar(node) == .string else { return refuse(node, .rate, key) }
        let parts = document.text(node).split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, ["s", "m", "h"].contains(parts[1]), let rate = Double(parts[0]), rate > 0, rate.isFinite,
            parts[0].utf8.allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: ".") })
        {
            return true
        }
        let words = ["sec": "s", "second": "s", "min": "m", "minute": "m", "hour": "h", "hr": "h"]
        var meant: String?
        if parts.count == 2, let unit = words[String(parts[1]).lowercased()], Int(parts[0]) != nil {
            meant = "\(parts[0])/\(unit)"
        }
        return refuseValue(node, .rate, key, meant: meant)
    }

    private mutating func acceptsPattern(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard isText(node) else { return refuse(node, .pattern, key) }
        guard document.text(node).utf8.count <= 4096 else {
            report(Diagnostic(.wrongValue, "a pattern longer than 4096 bytes", at: document.span(node)))
            return false
        }
        do {
            _ = try Pattern(document.text(node))
            return true
        } catch {
            report(
                Diagnostic(
                    .wrongValue, "\(describe(node)) is no pattern of RE2's syntax: \(error.message)",
                    at: document.span(node)))
            return false
        }
    }

    private mutating func acceptsSignal(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard isText(node) else { return refuse(node, .signal, key) }
        let text = document.text(node)
        let name = text.hasPrefix("SIG") ? String(text.dropFirst(3)) : text
        let known = LanguageWords.signals
        if known.contains(name) { return true }
        let upper = known.contains(name.uppercased()) ? name.uppercased() : nil
        return refuseValue(node, .signal, key, meant: upper ?? Suggestion.nearest(to: name, among: known))
    }

    private mutating func acceptsErrorClass(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard document.isString(node) else {
            return refuse(node, .errorClass, key)
        }
        let text = document.text(node)
        if ErrorClass.isKnown(text) { return true }
        if text.hasPrefix("exit:") {
            return refuseValue(node, .errorClass, key)
        }
        let nearest = Suggestion.nearest(to: text, among: ErrorClass.names)
        guard nearest == nil, Self.isDottedName(text) else {
            return refuseValue(node, .errorClass, key, meant: nearest)
        }
        return true
    }

    private mutating func acceptsURL(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard isText(node) else { return refuse(node, .url, key) }
        let text = document.text(node).lowercased()
        return text.hasPrefix("http://") || text.hasPrefix("https://") || refuseValue(node, .url, key)
    }

    private mutating func acceptsCondition(_ node: YAMLNodeID, _ key: String) -> Bool {
        guard document.kind(node) == .scalar else { return refuse(node, .condition, key) }
        switch document.scalar(node) {
        case .bool, .string: return true
        case .null, .int, .float, .outOfRange: return refuse(node, .condition, key)
        }
    }

    // MARK: Collections

    private mutating func refuseList(_ node: YAMLNodeID, _ key: String, _ mayExpress: Bool) -> Bool {
        var wanted = ValueForm.values.words
        if mayExpress, key != "args" { wanted += " or an expression ${{ … }} that gives one" }
        if key == "args", document.kind(node) == .mapping { wanted += "; arguments by name stand in 'kwargs'" }
        wrongType(node, key, wanted)
        return false
    }

    private mutating func acceptsTexts(_ node: YAMLNodeID, _ key: String, _ mayExpress: Bool) -> Bool {
        guard document.kind(node) == .mapping else { return refuse(node, .namedTexts, key) }
        var isAccepted = true
        for (name, value) in document.entries(node) {
            if document.kind(value) != .scalar, !document.isBroken(value) {
                wrongType(value, document.text(name), ValueForm.text.words)
                isAccepted = false
            } else if !mayExpress, holdsExpression(value) {
                isAccepted = refuseExpression(value, document.text(name))
            }
        }
        return isAccepted
    }

    private mutating func acceptsList(
        _ node: YAMLNodeID, _ item: ValueForm, _ key: String, _ mayExpress: Bool
    ) -> Bool {
        guard document.kind(node) == .sequence else { return refuse(node, .list(item), key) }
        var isAccepted = true
        for element in document.items(node) {
            if holdsExpression(element) {
                if !mayExpress { isAccepted = refuseExpression(element, key) }
            } else if !accepts(element, item, key, mayExpress: mayExpress) {
                isAccepted = false
            }
        }
        return isAccepted
    }

    private mutating func acceptsEither(
        _ node: YAMLNodeID, _ forms: [ValueForm], _ whole: ValueForm, _ key: String
    ) -> Bool {
        for form in forms {
            var trial = DocumentReader(document)
            if trial.accepts(node, form, key) { return true }
        }
        // Of a text that is neither, a duration with a wrong unit is the likeliest.
        if forms.contains(.duration), document.kind(node) == .scalar, !document.isNull(node) {
            return refuseDuration(node, whole, key)
        }
        return refuse(node, whole, key)
    }
}

/// The names of errors that `autoretry_for` can give (SPEC 4).
enum ErrorClass {
    static let names = LanguageWords.errorClasses.map(\.name)

    /// Exceptions of Python that could be taken for a misspelt one of ours.
    private static let python: Set<String> = [
        "TypeError", "OSError", "IOError", "KeyError", "ValueError", "TimeoutError", "RuntimeError", "BaseException",
    ]

    static func isKnown(_ name: String) -> Bool {
        if names.contains(name) || python.contains(name) { return true }
        guard name.hasPrefix("exit:"), let code = Int(name.dropFirst(5)) else { return false }
        return (1...255).contains(code)
    }
}
