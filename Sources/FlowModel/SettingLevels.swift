package import FlowValue

/// The settings as their levels give them: default, `flowrun.yaml`, the workflow, environment, command line.
///
/// The later level wins, and of two values on one level the later one.
package struct SettingLevels: Sendable {
    /// Where a value comes from; the cases stand in the order of the levels.
    package enum Origin: Hashable, Sendable {
        case builtin
        case project(path: String, line: Int)
        case workflow(path: String, line: Int)
        case environment(variable: String)
        case commandLine

        fileprivate var level: Int {
            switch self {
            case .builtin: 0
            case .project: 1
            case .workflow: 2
            case .environment: 3
            case .commandLine: 4
            }
        }
    }

    /// A value that a level gives to a setting.
    package struct Assignment: Hashable, Sendable {
        package let name: String
        package let value: JSONValue
        package let origin: Origin

        package init(_ name: String, _ value: JSONValue, from origin: Origin) {
            self.name = name
            self.value = value
            self.origin = origin
        }
    }

    /// Something in the environment that is meant as a setting and cannot be one.
    package struct Problem: Hashable, Sendable {
        package let variable: String
        /// A whole sentence but for its full stop; shows no value of a setting that may hold a password.
        package let message: String
        /// The right name of the variable where the name is wrong; nil where the value is.
        package let rightVariable: String?
    }

    /// By name, the strongest first; settings that have their default alone are absent.
    private var assignments: [String: [Assignment]] = [:]
    /// What is wrong with the environment, by variable.
    package private(set) var problems: [Problem] = []

    /// Merges levels.
    ///
    /// - Parameters:
    ///   - assignments: What files and the command line give, in any order of levels; the values are taken as they are,
    ///     since each source reports what is wrong with it at its own place. Names of no setting are left out.
    ///   - environment: All variables of the process. A value that is not one of its setting is a problem, and the
    ///     level below counts.
    package init(_ assignments: [Assignment] = [], environment: [String: String] = [:]) {
        var all = assignments
        for variable in environment.keys.sorted() {
            if let assignment = read(variable, environment[variable] ?? "") { all.append(assignment) }
        }
        for level in stride(from: 4, through: 1, by: -1) {
            for assignment in all.reversed() where assignment.origin.level == level {
                guard SettingCatalog.setting(named: assignment.name) != nil else { continue }
                self.assignments[assignment.name, default: []].append(assignment)
            }
        }
    }

    /// What flowrun hands to the processes of tasks: no settings.
    private static let reserved: Set = ["RUN_ID", "STEP_ID", "TASK_ID", "ATTEMPT", "ATTEMPT_ID", "REQUEST", "RESULT"]

    private static let prefix = "FLOWRUN_"

    /// The variable of the environment that sets a setting: `FLOWRUN_TASK_TIME_LIMIT`.
    package static func variable(of setting: Setting) -> String {
        prefix + setting.name.uppercased()
    }

    private mutating func read(_ variable: String, _ text: String) -> Assignment? {
        guard variable.hasPrefix(Self.prefix) else { return nil }
        let name = String(variable.dropFirst(Self.prefix.utf8.count))
        guard !Self.reserved.contains(name) else { return nil }
        guard let setting = SettingCatalog.setting(named: name.lowercased()), Self.variable(of: setting) == variable
        else {
            if let right = Self.meant(by: name) {
                let message = "'\(variable)' sets nothing; did you mean '\(right)'?"
                problems.append(Problem(variable: variable, message: message, rightVariable: right))
            }
            return nil
        }
        do {
            return Assignment(setting.name, try setting.value(ofText: text), from: .environment(variable: variable))
        } catch {
            problems.append(Problem(variable: variable, message: "'\(variable)' \(error.message)", rightVariable: nil))
            return nil
        }
    }

    /// The variable that a name without a setting means: in another case, by its old name, or one edit away.
    private static func meant(by name: String) -> String? {
        let lower = name.lowercased()
        if let setting = SettingCatalog.setting(named: lower) { return variable(of: setting) }
        let current =
            SettingCatalog.currentName(ofOld: name)
            ?? SettingCatalog.all.lazy.map(\.name).first { isOneEdit(Array($0.utf8), Array(lower.utf8)) }
        return current.map { prefix + $0.uppercased() }
    }

    /// Whether a text becomes another by one byte more, less or other, or by a swap of two adjacent ones.
    private static func isOneEdit(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard abs(left.count - right.count) <= 1, left != right else { return false }
        let head = zip(left, right).prefix { $0 == $1 }.count
        let (left, right) = (left.dropFirst(head), right.dropFirst(head))
        if left.count != right.count {
            return left.count > right.count
                ? left.dropFirst().elementsEqual(right) : right.dropFirst().elementsEqual(left)
        }
        if left.dropFirst().elementsEqual(right.dropFirst()) { return true }
        return left.prefix(2).reversed().elementsEqual(right.prefix(2))
            && left.dropFirst(2).elementsEqual(right.dropFirst(2))
    }

    /// The value that counts.
    ///
    /// - Precondition: There is a setting of this name.
    package func value(_ name: String) -> JSONValue {
        effective(name).value
    }

    /// Where the value that counts comes from.
    ///
    /// - Precondition: There is a setting of this name.
    package func origin(_ name: String) -> Origin {
        effective(name).origin
    }

    /// Every setting with the value that counts, sorted by name.
    package var all: [(setting: Setting, value: JSONValue, origin: Origin)] {
        SettingCatalog.all.map { setting in
            let assignment = effective(setting.name)
            return (setting, assignment.value, assignment.origin)
        }
    }

    /// All that is said about a setting: first the value that counts, then what it overrides, the default last.
    ///
    /// - Precondition: There is a setting of this name.
    package func levels(of name: String) -> [Assignment] {
        (assignments[name] ?? []) + [Self.builtin(name)]
    }

    private func effective(_ name: String) -> Assignment {
        assignments[name]?.first ?? Self.builtin(name)
    }

    private static func builtin(_ name: String) -> Assignment {
        guard let setting = SettingCatalog.setting(named: name) else {
            preconditionFailure("'\(name)' is no setting")
        }
        return Assignment(setting.name, setting.defaultValue, from: .builtin)
    }
}

extension Setting {
    /// The default.
    package var defaultValue: JSONValue {
        guard let value = try? JSONReader.read(defaultText) else {
            preconditionFailure("the default of '\(name)' is no JSON")
        }
        return value
    }

    /// Reads a value from the text of an environment variable or an option of the command line, by the setting's form.
    ///
    /// Booleans are `true`, `false`, `1` and `0`; lists of texts stand between commas; mappings and other lists are
    /// JSON. `null` and an empty text are null where the setting has one.
    ///
    /// - Throws: Why it is not a value of the setting; the replacement is such a text.
    package func value(ofText text: String) throws(Problem) -> JSONValue {
        if isNullable, text.isEmpty || text == "null" { return .null }
        let value = try form.value(ofText: text)
        guard let problem = problem(with: value) else { return value }
        throw problem
    }
}

extension Setting.Form {
    /// The value that a text has by this form, a string where it has none; whether it is legal is not looked at.
    fileprivate func value(ofText text: String) throws(Setting.Problem) -> JSONValue {
        switch self {
        case .bool: return bool(text) ?? .string(text)
        case .boolOrMapping:
            if let value = bool(text) { return value }
            return try json(text)
        case .int, .intOrAuto: return Int64(text).map { .int($0) } ?? .string(text)
        case .float, .seconds: return number(text) ?? .string(text)
        case .rate, .text, .url, .storeURL, .timezone, .choice: return .string(text)
        case .urls: return text.hasPrefix("[") ? try json(text) : .string(text)
        case .choices, .textList:
            if text.hasPrefix("[") { return try json(text) }
            let items = text.split(separator: ",").map { $0.drop { $0 == " " } }
            return .array(items.map { item in .string(String(item.reversed().drop { $0 == " " }.reversed())) })
        case .mapping, .mappingOrList: return try json(text)
        case .any: return (try? JSONReader.read(text)) ?? .string(text)
        }
    }

    private func bool(_ text: String) -> JSONValue? {
        switch text.lowercased() {
        case "true", "1": .bool(true)
        case "false", "0": .bool(false)
        default: nil
        }
    }

    private func number(_ text: String) -> JSONValue? {
        switch try? JSONReader.read(text) {
        case .int(let number)?: .int(number)
        case .float(let number)?: .float(number)
        case .null?, .bool?, .string?, .array?, .object?, nil: nil
        }
    }

    private func json(_ text: String) throws(Setting.Problem) -> JSONValue {
        do {
            return try JSONReader.read(text)
        } catch {
            // The text may hold a password: it is not shown.
            throw Setting.Problem("takes \(expectation) in JSON, and at offset \(error.offset): \(error.message)")
        }
    }
}
