import FlowDiagnostics
import FlowModel
import FlowValue

/// Walks through the statements of a celeryconfig module and gathers its settings.
struct CeleryConfigReader {
    /// What stands for one setting in the text, or for what could not be read.
    private struct Entry {
        var content: Content
        var comments: [String]
        var hasBlankLineAbove: Bool
        var line: Int
        /// The name as it was written: an old one gives way to the current one.
        var written: String

        enum Content {
            case value(Setting, JSONValue)
            case comment(String)
            /// Another assignment has taken its place.
            case gone
        }
    }

    private let lines: [PythonLine]
    private let fault: PythonLexer.Fault?
    private var notes: ImportNotes
    private var names: [String: PythonReading] = [:]
    private var usedNames: Set<String> = []
    /// The lines of names that are no settings; they are listed unless something was made with their help.
    private var helpers: [String: Int] = [:]
    private var helperOrder: [String] = []
    private var entries: [Entry] = []
    /// The entry of each setting.
    private var places: [String: Int] = [:]
    private var hasClass = false
    private var budget = PythonParser.weightLimit
    private var position = 0

    init(_ source: [UInt8]) {
        (lines, fault) = PythonLexer.lines(source)
        notes = ImportNotes(source)
    }

    // MARK: Blocks

    mutating func read() {
        while position < lines.count { readLine() }
        if let fault { notes.add(fault.message, line: fault.line) }
        for name in helperOrder where !usedNames.contains(name) {
            if let line = helpers[name] { noteUnknown(name, line: line) }
        }
    }

    private mutating func readLine() {
        let line = lines[position]
        position += 1
        let first = line.tokens[0]
        switch first.name {
        case "class": readClass(line)
        case "if", "elif", "else", "for", "while", "with", "try", "except", "finally", "match":
            let isBlock = position < lines.count && lines[position].indent > line.indent
            guard isBlock || line.tokens.contains(where: { $0.isMark(":") }) else { return readStatements(line) }
            skipBlock(line)
        case "def", "async":
            skipBody(below: line)
            notes.add("a function is not run", line: line.line)
        default:
            if first.isMark("@") { return }
            readStatements(line)
        }
    }

    private mutating func skipBody(below line: PythonLine) {
        while position < lines.count, lines[position].indent > line.indent { position += 1 }
    }

    /// Passes a block that may or may not run, and says which settings stand in it.
    private mutating func skipBlock(_ line: PythonLine) {
        let start = position
        skipBody(below: line)
        let word = line.tokens[0].name ?? ""
        var found: [String] = []
        var isEmpty = true
        for inner in [line] + lines[start..<position] {
            let tokens = inner.line == line.line ? Array(afterColon(inner.tokens)) : inner.tokens
            for statement in tokens.split(whereSeparator: { $0.isMark(";") }) {
                let first = statement.first?.name
                if ["import", "from", "pass"].contains(first), !isStarImport(Array(statement)) { continue }
                isEmpty = false
                if let name = target(Array(statement)), let setting = setting(name), !found.contains(setting.name) {
                    found.append(setting.name)
                }
            }
        }
        guard !isEmpty else { return }
        let settings = found.map { "'\($0)'" }.joined(separator: ", ")
        notes.add(
            "'\(word)' is not evaluated, what stands in it is left out"
                + (found.isEmpty ? "" : ": write \(settings) by hand"), line: line.line)
    }

    private func afterColon(_ tokens: [PythonToken]) -> ArraySlice<PythonToken> {
        var open = 0
        for (index, token) in tokens.enumerated() {
            switch token.kind {
            case .mark("("), .mark("["), .mark("{"): open += 1
            case .mark(")"), .mark("]"), .mark("}"): open -= 1
            case .mark(":") where open == 0: return tokens[(index + 1)...]
            default: break
            }
        }
        return []
    }

    private mutating func readClass(_ line: PythonLine) {
        let name = line.tokens.count > 1 ? line.tokens[1].name ?? "" : ""
        let bodyIndent = position < lines.count ? lines[position].indent : 0
        guard bodyIndent > line.indent else { return notes.add("the class '\(name)' is not read", line: line.line) }
        let start = position
        skipBody(below: line)
        let body = lines[start..<position]
        let holdsSettings = body.contains { inner in
            inner.indent == bodyIndent && target(inner.tokens).flatMap { setting($0) } != nil
        }
        guard holdsSettings, !hasClass else {
            let why = holdsSettings ? "is a second class with settings; only the first is read" : "holds no settings"
            return notes.add("the class '\(name)' \(why)", line: line.line)
        }
        hasClass = true
        // Back into the body: its lines are statements like those outside.
        position = start
    }

    // MARK: Statements

    private mutating func readStatements(_ line: PythonLine) {
        var start = 0
        var isFirst = true
        for index in 0...line.tokens.count where index == line.tokens.count || line.tokens[index].isMark(";") {
            if index > start {
                var statement = line
                statement.tokens = Array(line.tokens[start..<index])
                if !isFirst { statement.comments = [] }
                isFirst = false
                readStatement(statement)
            }
            start = index + 1
        }
    }

    private mutating func readStatement(_ line: PythonLine) {
        let tokens = line.tokens
        switch tokens[0].name {
        case "import": return
        case "from":
            if isStarImport(tokens) { notes.add("the settings of another module are not read", line: line.line) }
            return
        case "pass": return
        case "del", "assert", "raise", "return", "global", "nonlocal", "yield", "await", "exec", "print":
            return notes.add("it is no assignment", line: line.line)
        default: break
        }
        if tokens.count == 1 {
            switch tokens[0].kind {
            case .string, .unreadableString, .mark("..."): return
            default: break
            }
        }
        guard let assignment = firstAssignment(tokens) else { return readCall(line) }
        guard tokens[assignment].isMark("=") else {
            return noteAugmented(line, before: assignment)
        }
        readAssignment(line, at: assignment)
    }

    private func isStarImport(_ tokens: [PythonToken]) -> Bool {
        tokens.first?.name == "from" && tokens.last?.isMark("*") == true
    }

    /// The place of the first `=`, or of one like `+=`, outside brackets.
    private func firstAssignment(_ tokens: [PythonToken], from start: Int = 0) -> Int? {
        var open = 0
        for index in start..<tokens.count {
            guard case .mark(let mark) = tokens[index].kind else { continue }
            switch mark {
            case "(", "[", "{": open += 1
            case ")", "]", "}": open -= 1
            case "=", "+=", "-=", "*=", "/=", "//=", "%=", "**=", "|=", "&=", "^=", ">>=", "<<=":
                if open == 0 { return index }
            default: break
            }
        }
        return nil
    }

    private mutating func noteAugmented(_ line: PythonLine, before index: Int) {
        let name = target(line.tokens)
        guard let name, let setting = setting(name) else {
            if let name {
                names[name] = .failure(PythonUnreadable(reason: "'\(name)' is changed on line \(line.line)"))
            }
            return notes.add("only plain assignments are read", line: line.line)
        }
        notes.add(
            "only plain assignments are read; '\(setting.name)' lacks what this line would change", line: line.line)
    }

    /// The name that a statement assigns to: `a`, `app.conf.a`, `conf['a']`; nil for anything else.
    private func target(_ tokens: [PythonToken]) -> String? {
        guard let assignment = firstAssignment(tokens) else { return nil }
        return target(tokens[..<assignment])?.name
    }

    /// A name and, of `name['key']`, the key.
    private func target(_ tokens: ArraySlice<PythonToken>) -> (name: String, key: String?)? {
        var tokens = tokens
        if let colon = tokens.firstIndex(where: { $0.isMark(":") }), tokens.first?.name != nil {
            tokens = tokens[..<colon]
        }
        var keys: [String] = []
        while let last = tokens.last, last.isMark("]"), tokens.count > 3 {
            guard case .string(let key) = tokens[tokens.endIndex - 2].kind, tokens[tokens.endIndex - 3].isMark("[")
            else { return nil }
            keys.insert(key, at: 0)
            tokens = tokens.dropLast(3)
        }
        var path: [String] = []
        for (offset, token) in tokens.enumerated() {
            if offset % 2 == 0, let name = token.name { path.append(name) } else if !token.isMark(".") { return nil }
        }
        guard tokens.count % 2 == 1 else { return nil }
        if path.last == "conf", !keys.isEmpty {
            // `app.conf['name']` is the setting itself.
            return keys.count <= 2 ? (keys[0], keys.count == 2 ? keys[1] : nil) : nil
        }
        guard keys.count <= 1, path.count == 1 || path[path.count - 2] == "conf" else { return nil }
        return (path[path.count - 1], keys.first)
    }

    private mutating func readAssignment(_ line: PythonLine, at first: Int) {
        let tokens = line.tokens
        var targets = [target(tokens[..<first])]
        var start = first + 1
        while let next = firstAssignment(tokens, from: start), tokens[next].isMark("=") {
            targets.append(target(tokens[start..<next]))
            start = next + 1
        }
        let known = targets.compactMap { $0 }
        let isSetting = known.contains { setting($0.name) != nil && $0.key == nil }
        let (reading, leftOut) = value(of: tokens, in: start..<tokens.count, keepsEntries: isSetting)
        guard known.count == targets.count else {
            return notes.add("only assignments to names are read", line: line.line)
        }
        readApplication(line, from: start)
        for target in known {
            if let key = target.key {
                assign(reading, to: key, of: target.name, line)
            } else {
                assign(reading, to: target.name, line, leftOut: leftOut)
            }
        }
    }

    private typealias LeftOut = [(key: String, line: Int, why: PythonUnreadable)]

    /// Reads an expression; the parser is gone when this returns, so that `names` is changed in place.
    private mutating func value(
        of tokens: [PythonToken], in range: Range<Int>, keepsEntries: Bool
    ) -> (PythonReading, LeftOut) {
        var parser = PythonParser(tokens, in: range, names: names, budget: budget)
        let reading = parser.wholeValue(keepsEntries: keepsEntries)
        budget = max(parser.budget, 0)
        for token in tokens[range] {
            if let name = token.name, helpers[name] != nil { usedNames.insert(name) }
        }
        return (reading, parser.leftOut)
    }

    // MARK: Calls

    /// `app.conf.update(…)` and `Celery(…)`; any other call is listed.
    private mutating func readCall(_ line: PythonLine) {
        let tokens = line.tokens
        var path: [String] = []
        var index = 0
        while index < tokens.count, let name = tokens[index].name {
            path.append(name)
            index += 1
            guard index < tokens.count, tokens[index].isMark(".") else { break }
            index += 1
        }
        guard index < tokens.count, tokens[index].isMark("("), !path.isEmpty else {
            return notes.add("it is no assignment", line: line.line)
        }
        guard path.last == "update", path.count >= 2, path[path.count - 2] == "conf" else {
            let name = path.joined(separator: ".")
            guard path.last == "update", path.count == 2, setting(path[0]) != nil else {
                return notes.add("the call '\(name)(…)' is not run", line: line.line)
            }
            return notes.add(
                "the call '\(name)(…)' is not run; '\(path[0])' lacks what it would change", line: line.line)
        }
        readUpdate(line, tokens, from: index)
    }

    private mutating func readUpdate(_ line: PythonLine, _ tokens: [PythonToken], from start: Int) {
        if start + 1 < tokens.count, tokens[start + 1].isMark("{") {
            return readUpdateMapping(line, tokens, from: start + 1)
        }
        var index = start + 1
        var isFirst = true
        while index < tokens.count - 1 {
            let end = itemEnd(tokens, from: index)
            if end > index {
                if let name = tokens[index].name, index + 1 < end, tokens[index + 1].isMark("=") {
                    readItem(line, name, tokens, index + 2..<end, isFirst: isFirst)
                } else {
                    notes.add("only names with values, or one mapping, are read here", line: tokens[index].line)
                }
                isFirst = false
            }
            index = end + 1
        }
    }

    private mutating func readUpdateMapping(_ line: PythonLine, _ tokens: [PythonToken], from brace: Int) {
        var index = brace + 1
        var isFirst = true
        while index < tokens.count, !tokens[index].isMark("}") {
            let end = itemEnd(tokens, from: index)
            if end > index {
                if case .string(let name) = tokens[index].kind, index + 1 < end, tokens[index + 1].isMark(":") {
                    readItem(line, name, tokens, index + 2..<end, isFirst: isFirst)
                } else {
                    notes.add("only names with values are read here", line: tokens[index].line)
                }
                isFirst = false
            }
            index = end
            if index < tokens.count, tokens[index].isMark(",") { index += 1 }
        }
        if index + 2 < tokens.count, !(tokens[index + 1].isMark(",") && tokens[index + 2].isMark(")")) {
            notes.add("what follows the mapping is not read", line: tokens[index].line)
        }
    }

    /// The place of the comma or bracket that ends the item which begins at an index.
    private func itemEnd(_ tokens: [PythonToken], from start: Int) -> Int {
        var open = 0
        for index in start..<tokens.count {
            guard case .mark(let mark) = tokens[index].kind else { continue }
            switch mark {
            case "(", "[", "{": open += 1
            case ")", "]", "}":
                if open == 0 { return index }
                open -= 1
            case ",":
                if open == 0 { return index }
            default: break
            }
        }
        return tokens.count
    }

    private mutating func readItem(
        _ line: PythonLine, _ name: String, _ tokens: [PythonToken], _ range: Range<Int>, isFirst: Bool
    ) {
        let (reading, leftOut) = value(of: tokens, in: range, keepsEntries: true)
        var place = line
        place.line = range.lowerBound < tokens.count ? tokens[range.lowerBound].line : line.line
        if !isFirst {
            place.comments = []
            place.hasBlankLineAbove = false
        }
        assign(reading, to: name, place, leftOut: leftOut)
    }

    // MARK: Settings

    /// The setting of a name, current or old.
    private func setting(_ name: String) -> Setting? {
        SettingCatalog.setting(named: name)
            ?? SettingCatalog.currentName(ofOld: name).flatMap { SettingCatalog.setting(named: $0) }
    }

    private mutating func assign(
        _ reading: PythonReading, to name: String, _ line: PythonLine, leftOut: LeftOut
    ) {
        names[name] = reading
        guard let setting = setting(name) else {
            guard !name.hasPrefix("_") else { return }
            if helpers[name] == nil { helperOrder.append(name) }
            helpers[name] = line.line
            return
        }
        for entry in leftOut {
            notes.add(
                "the entry '\(entry.key)' of '\(setting.name)' is left out: \(entry.why.reason)", line: entry.line)
        }
        place(content(reading, setting, line), of: setting, written: name, line)
    }

    /// `setting['key'] = value` changes a mapping that was given before, or begins one.
    private mutating func assign(_ reading: PythonReading, to key: String, of name: String, _ line: PythonLine) {
        guard let setting = setting(name) else {
            names[name] = .failure(PythonUnreadable(reason: "'\(name)' is changed on line \(line.line)"))
            return
        }
        var object = JSONObject()
        if let index = places[setting.name] {
            guard case .value(_, .object(let before)) = entries[index].content else {
                return notes.add("'\(setting.name)' is no mapping that was read", line: line.line)
            }
            object = before
        }
        switch reading {
        case .failure(let why):
            notes.add("the entry '\(key)' of '\(setting.name)' is left out: \(why.reason)", line: line.line)
        case .success(let value):
            budget -= value.weight
            guard budget > 0, key.utf8.count <= 250, value.depth < PythonParser.depthLimit, object.count < 1000 else {
                return notes.add("the entry is left out: \(PythonUnreadable.tooLarge.reason)", line: line.line)
            }
            object[key] = value.json
            guard let index = places[setting.name] else {
                return place(.value(setting, .object(object)), of: setting, written: name, line)
            }
            entries[index].content = .value(setting, .object(object))
        }
    }

    private mutating func content(_ reading: PythonReading, _ setting: Setting, _ line: PythonLine) -> Entry.Content {
        if case .notApplicable(let reason) = setting.use {
            notes.add("'\(setting.name)' has no effect in flowrun: \(reason)", line: line.line)
            return .comment("\(setting.name) has no effect in flowrun: \(reason)")
        }
        switch reading {
        case .success(let value): return .value(setting, value.json)
        case .failure(let why):
            let way = why.isEnvironment ? "; set FLOWRUN_\(setting.name.uppercased()) where flowrun runs" : ""
            notes.add("'\(setting.name)' is left out: \(why.reason)\(way)", line: line.line)
            return .comment("\(setting.name) is to be set: \(why.reason)\(way)")
        }
    }

    /// Keeps one entry for each setting: the one under the current name, and of two under equal names the later.
    private mutating func place(_ content: Entry.Content, of setting: Setting, written: String, _ line: PythonLine) {
        let entry = Entry(
            content: content, comments: line.comments, hasBlankLineAbove: line.hasBlankLineAbove, line: line.line,
            written: written)
        if let index = places[setting.name] {
            let earlier = entries[index]
            if earlier.written == setting.name, written != setting.name {
                notes.add("'\(setting.name)' on line \(earlier.line) wins over its old name", line: line.line)
                return
            }
            let why =
                written == setting.name && earlier.written != setting.name
                ? "'\(setting.name)' on line \(line.line) wins over its old name"
                : "'\(setting.name)' is given again on line \(line.line), which wins"
            notes.add(why, line: earlier.line)
            entries[index].content = .gone
        }
        places[setting.name] = entries.count
        entries.append(entry)
    }

    /// Takes what `app = Celery('name', broker=…, backend=…)` says.
    private mutating func readApplication(_ line: PythonLine, from start: Int) {
        guard start + 1 < line.tokens.count, line.tokens[start].name == "Celery", line.tokens[start + 1].isMark("(")
        else { return }
        if let name = target(line.tokens) { usedNames.insert(name) }
        let renamed = ["broker": "broker_url", "backend": "result_backend"]
        var index = start + 2
        while index < line.tokens.count - 1 {
            let end = itemEnd(line.tokens, from: index)
            if let name = line.tokens[index].name, index + 1 < end, line.tokens[index + 1].isMark("="),
                name != "main", name != "namespace"
            {
                readItem(line, renamed[name] ?? name, line.tokens, index + 2..<end, isFirst: index == start + 2)
            }
            index = end + 1
        }
    }

    private mutating func noteUnknown(_ name: String, line: Int) {
        guard !notes.isFull else { return notes.add("", line: line) }
        let capitals = name.utf8.allSatisfy { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        let nearest =
            capitals
            ? Suggestion.nearest(
                to: name,
                among: SettingCatalog.renamings.map(\.old) + SettingCatalog.all.map { $0.name.uppercased() }
                    + SettingCatalog.all.map { "CELERY_" + $0.name.uppercased() }
            ).flatMap { SettingCatalog.currentName(ofOld: $0) }
            : Suggestion.nearest(to: name, among: SettingCatalog.all.lazy.map(\.name))
        let hint = nearest.map { "; did you mean '\($0)'?" } ?? ""
        notes.add("'\(name)' is no setting that flowrun knows\(hint)", line: line)
    }

    // MARK: The text

    func conversion(file: String) -> CeleryConfigImport.Conversion {
        var writer = YAMLWriter()
        writer.comment("Settings of flowrun, from \(file).")
        var isFirst = true
        var hasValue = false
        for entry in entries {
            if case .gone = entry.content { continue }
            if isFirst || entry.hasBlankLineAbove { writer.blankLine() }
            isFirst = false
            for comment in entry.comments { writer.comment(comment) }
            switch entry.content {
            case .value(let setting, let value):
                writer.entry(setting.name, value)
                hasValue = true
            case .comment(let text): writer.comment(text)
            case .gone: break
            }
        }
        if !hasValue { writer.line("{}") }
        return CeleryConfigImport.Conversion(text: writer.text, notes: notes.inOrder)
    }
}
