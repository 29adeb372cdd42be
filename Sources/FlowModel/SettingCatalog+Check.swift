import FlowDiagnostics
package import FlowValue

extension Setting {
    /// Why a value is not one of a setting.
    package struct Problem: Error, Sendable, Hashable {
        /// The end of a sentence that starts with the setting's name: `takes true or false, not 'yes'`.
        package let message: String
        /// YAML text that would be right in the place of what is wrong; nil where it cannot be told.
        package let replacement: String?
        /// The position of the item that is wrong, where the value is a list; nil for the whole value.
        package let item: Int?

        package init(_ message: String, replacement: String? = nil, item: Int? = nil) {
            self.message = message
            self.replacement = replacement
            self.item = item
        }

        fileprivate func at(_ item: Int) -> Problem {
            Problem(message, replacement: replacement, item: item)
        }
    }

    /// Why a value is not one of this setting; nil when it is.
    ///
    /// The inside of mappings is left to ``structure``.
    package func problem(with value: JSONValue) -> Problem? {
        if case .null = value, isNullable { return nil }
        let endpoints: URLScheme.Use =
            switch (name, form) {
            case (_, .urls): .broker
            case ("result_backend", _): .results
            default: .web
            }
        return form.problem(with: value, endpoints: endpoints)
    }
}

extension Setting.Form {
    /// Why a value does not have this form.
    ///
    /// - Parameters:
    ///   - value: The value; null has no form but `any`.
    ///   - endpoints: What a URL leads to.
    /// - Returns: Nil when the value has the form.
    package func problem(with value: JSONValue, endpoints: URLScheme.Use = .broker) -> Setting.Problem? {
        switch self {
        case .bool: boolProblem(value)
        case .int(let min, let max): intProblem(value, min, max)
        case .intOrAuto: value == .string("auto") ? nil : intOrAutoProblem(value)
        case .float: floatProblem(value)
        case .seconds: secondsProblem(value)
        case .rate: rateProblem(value)
        case .text: textProblem(value)
        case .url: urlProblem(value, endpoints)
        case .urls: urlsProblem(value, endpoints)
        case .storeURL: storeProblem(value)
        case .timezone: timezoneProblem(value)
        case .choice(let words): choiceProblem(value, words)
        case .choices(let words): listProblem(value) { choiceProblem($0, words) }
        case .textList: listProblem(value) { Setting.Form.text.problem(with: $0) }
        case .mapping: value.isObject ? nil : problem(value)
        case .mappingOrList: value.isObject || value.isArray ? nil : problem(value)
        case .boolOrMapping: value.isObject ? nil : boolProblem(value)
        case .any: nil
        }
    }

    /// What the form takes, in messages.
    package var expectation: String {
        switch self {
        case .bool: "true or false"
        case .int(let min?, let max?) where min == max: "only \(min)"
        case .int(let min?, let max?): "a whole number from \(min) to \(max)"
        case .int(let min?, nil): "a whole number from \(min)"
        case .int(nil, let max?): "a whole number up to \(max)"
        case .int(nil, nil): "a whole number"
        case .intOrAuto: "a whole number from 1, or auto"
        case .float: "a number"
        case .seconds: "seconds or a duration such as 10s"
        case .rate: "a rate such as 10/s, 100/m or 1000/h"
        case .text: "text"
        case .url: "a URL"
        case .urls: "a URL or a list of them"
        case .storeURL: "a path, sqlite:///PATH or memory://"
        case .timezone: "the name of a time zone such as Europe/Berlin"
        case .choice(let words): words.count == 1 ? "only \(words[0])" : words.listed(by: "or")
        case .choices(let words): "a list of \(words.listed(by: "and"))"
        case .textList: "a list of texts"
        case .mapping: "a mapping"
        case .mappingOrList: "a mapping or a list"
        case .boolOrMapping: "true, false or a mapping"
        case .any: "anything"
        }
    }

    private func problem(_ value: JSONValue, _ replacement: String? = nil) -> Setting.Problem {
        Setting.Problem("takes \(expectation), not \(value.shown)", replacement: replacement)
    }

    private func boolProblem(_ value: JSONValue) -> Setting.Problem? {
        switch value {
        case .bool: return nil
        case .int(0): return problem(value, "false")
        case .int(1): return problem(value, "true")
        case .string(let text):
            switch text.lowercased() {
            case "true", "yes", "on", "y", "1": return problem(value, "true")
            case "false", "no", "off", "n", "0": return problem(value, "false")
            default: return problem(value)
            }
        case .null, .int, .float, .array, .object: return problem(value)
        }
    }

    private func intProblem(_ value: JSONValue, _ min: Int?, _ max: Int?) -> Setting.Problem? {
        func isWithin(_ number: Int64) -> Bool {
            number >= min.map(Int64.init) ?? .min && number <= max.map(Int64.init) ?? .max
        }
        let meant: Int64? =
            switch value {
            case .int(let number): number
            case .float(let number): Int64(exactly: number)
            case .string(let text): Int64(text)
            case .null, .bool, .array, .object: nil
            }
        guard let meant, isWithin(meant) else { return problem(value) }
        if case .int = value { return nil }
        return problem(value, String(meant))
    }

    private func intOrAutoProblem(_ value: JSONValue) -> Setting.Problem? {
        if case .string(let text) = value, text.lowercased() == "auto" { return problem(value, "auto") }
        return intProblem(value, 1, nil)
    }

    private func floatProblem(_ value: JSONValue) -> Setting.Problem? {
        switch value {
        case .int: return nil
        case .float(let number): return number.isFinite ? nil : problem(value)
        case .string(let text):
            guard isNumber(text) else { return problem(value) }
            return problem(value, text)
        case .null, .bool, .array, .object: return problem(value)
        }
    }

    private func secondsProblem(_ value: JSONValue) -> Setting.Problem? {
        let number: Double
        switch value {
        case .int(let seconds): number = Double(seconds)
        case .float(let seconds): number = seconds
        case .string(let text):
            if DurationText.duration(text) != nil { return nil }
            return problem(value, isNumber(text) && !text.hasPrefix("-") ? text : DurationText.meant(by: text))
        case .null, .bool, .array, .object: return problem(value)
        }
        guard number >= 0 else { return Setting.Problem("takes no negative time such as \(value.shown)") }
        guard DurationText.seconds(number) != nil else {
            return Setting.Problem("takes no time as long as \(value.shown) seconds")
        }
        return nil
    }

    private func rateProblem(_ value: JSONValue) -> Setting.Problem? {
        let zero = Setting.Problem("takes a rate above 0; null sets no limit", replacement: "null")
        switch value {
        case .int(let rate): return rate > 0 ? nil : rate == 0 ? zero : problem(value)
        case .float(let rate): return rate > 0 && rate.isFinite ? nil : rate == 0 ? zero : problem(value)
        case .string(let text):
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2, isNumber(parts[0]), ["s", "m", "h"].contains(parts[1]) || parts[1].isEmpty {
                let rate = Double(parts[0]) ?? 0
                if rate == 0 { return zero }
                if rate > 0, !parts[1].isEmpty { return nil }
            }
            if parts.count == 1, let rate = Double(text), isNumber(text), rate > 0 { return nil }
            return problem(value, meantRate(text))
        case .null, .bool, .array, .object: return problem(value)
        }
    }

    /// The rate that a text such as `10/sec` or `100 per minute` means.
    private func meantRate(_ text: String) -> String? {
        let lower = text.lowercased().split(separator: "/").joined(separator: " per ")
        let words = lower.split(separator: " ")
        guard words.count == 3, words[1] == "per", isNumber(words[0]), (Double(words[0]) ?? 0) > 0 else { return nil }
        switch words[2] {
        case "s", "sec", "secs", "second", "seconds": return "\(words[0])/s"
        case "m", "min", "mins", "minute", "minutes": return "\(words[0])/m"
        case "h", "hr", "hrs", "hour", "hours": return "\(words[0])/h"
        default: return nil
        }
    }

    private func textProblem(_ value: JSONValue) -> Setting.Problem? {
        switch value {
        case .string: nil
        // The way a float or a word was written is no longer known.
        case .int(let number): problem(value, "'\(number)'")
        case .null, .bool, .float, .array, .object: problem(value)
        }
    }

    private func urlProblem(_ value: JSONValue, _ endpoints: URLScheme.Use) -> Setting.Problem? {
        guard case .string(let text) = value else { return problem(value) }
        return URLScheme.problem(with: text, for: endpoints)
    }

    private func urlsProblem(_ value: JSONValue, _ endpoints: URLScheme.Use) -> Setting.Problem? {
        switch value {
        case .string(let text):
            var parts = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
            for index in parts.indices {
                guard let problem = URLScheme.problem(with: parts[index], for: endpoints) else { continue }
                guard let right = problem.replacement else { return problem }
                parts[index] = right
                return Setting.Problem(problem.message, replacement: parts.joined(separator: ";"))
            }
            return nil
        case .array(let items):
            guard !items.isEmpty else { return Setting.Problem("takes \(expectation), not an empty list") }
            return firstProblem(items) { Setting.Form.url.problem(with: $0, endpoints: endpoints) }
        case .null, .bool, .int, .float, .object: return problem(value)
        }
    }

    private func storeProblem(_ value: JSONValue) -> Setting.Problem? {
        guard case .string(let text) = value, !text.isEmpty else { return problem(value) }
        guard let (scheme, rest) = URLScheme.split(text) else {
            return text.lowercased() == "memory" || text == ":memory:" ? problem(value, "memory://") : nil
        }
        switch scheme {
        case "memory": return rest.isEmpty ? nil : problem(value, "memory://")
        case "sqlite":
            if rest.hasPrefix("/"), rest.utf8.count > 1 { return nil }
            return problem(value, rest.isEmpty || rest == "/" ? nil : "sqlite:///\(rest)".yaml)
        default:
            // The text may hold a password: only the scheme is shown.
            let right = Suggestion.nearest(to: scheme.lowercased(), among: ["memory", "sqlite"])
            let hint = right.map { "; did you mean '\($0)'?" } ?? ": the store is embedded"
            let isCase = ["memory", "sqlite"].contains(scheme.lowercased())
            return Setting.Problem(
                "takes \(expectation), not '\(scheme)'\(hint)",
                replacement: (isCase ? scheme.lowercased() : right).map { "\($0)://\(rest)".yaml })
        }
    }

    private func timezoneProblem(_ value: JSONValue) -> Setting.Problem? {
        guard case .string(let name) = value else { return problem(value) }
        guard !TimeZoneNames.contains(name) else { return nil }
        let right = TimeZoneNames.nearest(to: name)
        let hint = right.map { "; did you mean '\($0)'?" } ?? ""
        return Setting.Problem("takes \(expectation), not \(value.shown)\(hint)", replacement: right)
    }

    private func choiceProblem(_ value: JSONValue, _ words: [String]) -> Setting.Problem? {
        let expected = Setting.Form.choice(words)
        let text: String
        switch value {
        case .string(let value): text = value
        case .int(let value): text = String(value)
        case .null, .bool, .float, .array, .object: return expected.problem(value)
        }
        guard !words.contains(where: { $0.utf8.elementsEqual(text.utf8) }) else { return nil }
        let right =
            words.first { $0 == text.lowercased() || "application/\($0)" == text.lowercased() }
            ?? Suggestion.nearest(to: text, among: words)
        return expected.problem(value, right?.yaml)
    }

    /// The first problem of a list's items; a lone item is offered as a list.
    private func listProblem(
        _ value: JSONValue, _ itemProblem: (JSONValue) -> Setting.Problem?
    ) -> Setting.Problem? {
        switch value {
        case .array(let items): return firstProblem(items, itemProblem)
        case .string(let text): return problem(value, itemProblem(value) == nil ? "[\(text.yaml)]" : nil)
        case .null, .bool, .int, .float, .object: return problem(value)
        }
    }

    private func firstProblem(
        _ items: [JSONValue], _ itemProblem: (JSONValue) -> Setting.Problem?
    ) -> Setting.Problem? {
        for index in items.indices {
            if let problem = itemProblem(items[index]) { return problem.at(index) }
        }
        return nil
    }

    /// Whether a text is a decimal number as YAML and JSON write it.
    private func isNumber(_ text: some StringProtocol) -> Bool {
        guard let last = text.last, last.isASCII, last.isNumber, let value = try? JSONReader.read(String(text)) else {
            return false
        }
        return value.isNumber
    }
}

extension JSONValue {
    fileprivate var isObject: Bool { if case .object = self { true } else { false } }

    fileprivate var isArray: Bool { if case .array = self { true } else { false } }

    fileprivate var isNumber: Bool {
        switch self {
        case .int, .float: true
        case .null, .bool, .string, .array, .object: false
        }
    }

    /// The value as messages show it.
    var shown: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .float(let value): value.description
        case .string(let text): text.utf8.count > 40 ? "'\(text.prefix(40))…'" : "'\(text)'"
        case .array: "a list"
        case .object: "a mapping"
        }
    }
}

extension String {
    /// The text as a YAML scalar: plain where that is surely the same text, else in double quotes.
    var yaml: String {
        let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        let isPlain =
            utf8.first.map { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") } == true
            && utf8.last != UInt8(ascii: ":") && !words.contains(lowercased())
            && utf8.allSatisfy { byte in
                (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
                    || byte &- UInt8(ascii: "0") < 10 || "_-./+:@%=;".utf8.contains(byte)
            }
        return isPlain ? self : JSONWriter.text(.string(self))
    }
}

extension [String] {
    /// `a`, `a or b`, `a, b or c`.
    func listed(by word: String) -> String {
        guard let last, count > 1 else { return first ?? "" }
        return "\(dropLast().joined(separator: ", ")) \(word) \(last)"
    }
}
