import FlowValue

/// The calls whose value is known without running them.
enum PythonCalls {
    private typealias Arguments = (positional: [JSONValue], named: [(name: String, value: JSONValue)])

    /// The value of a call.
    ///
    /// - Parameters:
    ///   - path: The function's dotted name; what stands before the last part is where it was imported from.
    ///   - arguments: What it is called with.
    /// - Returns: The value, or why there is none.
    static func reading(_ path: [String], _ arguments: PythonArguments) -> PythonReading {
        if isEnvironment(path) {
            guard case .success(let first)? = arguments.positional.first, case .string(let name) = first.json else {
                return .failure(environment(nil))
            }
            return .failure(environment(name))
        }
        let name = path[path.count - 1]
        if let problem = arguments.problem, problem.isEnvironment || isKnown(name) { return .failure(problem) }
        guard isKnown(name) else {
            return .failure(
                PythonUnreadable(reason: unknown[name] ?? "the call '\(path.joined(separator: "."))(…)' is not run"))
        }
        do throws(PythonUnreadable) {
            return .success(try value(name, arguments))
        } catch {
            return .failure(error)
        }
    }

    static func environment(_ variable: String?) -> PythonUnreadable {
        let shown = variable.map { " ('\($0)')" } ?? ""
        return PythonUnreadable(reason: "its value comes from the environment\(shown)", isEnvironment: true)
    }

    private static func isEnvironment(_ path: [String]) -> Bool {
        path.contains("environ") || path.last == "getenv" || path.first == "env" || path.last == "config"
    }

    private static let unknown = [
        "solar": "flowrun has no schedules by the sun",
        "compile": "a compiled pattern is not read; write a name with '*'",
    ]

    private static func isKnown(_ name: String) -> Bool {
        switch name {
        case "timedelta", "crontab", "schedule", "Queue", "Exchange", "dict", "list", "tuple", "set", "frozenset",
            "range", "ZoneInfo", "timezone":
            true
        default: false
        }
    }

    private static func value(_ name: String, _ given: PythonArguments) throws(PythonUnreadable) -> PythonValue {
        let values = given.positional.compactMap { try? $0.get() }
        let named = given.named.compactMap { argument in
            (try? argument.value.get()).map { (key: argument.name, value: $0) }
        }
        let arguments: Arguments = (values.map(\.json), named.map { ($0.key, $0.value.json) })
        switch name {
        case "timedelta": return PythonValue(try duration(arguments))
        case "crontab": return PythonValue(.string(try crontab(arguments)))
        case "schedule":
            let all = values + named.filter { $0.key == "run_every" }.map(\.value)
            guard all.count == 1, named.count + values.count == 1 else { throw unreadable("schedule") }
            return all[0]
        case "Queue": return try queue(values, named)
        case "Exchange": return try exchange(values, named)
        case "dict":
            guard values.isEmpty else { throw unreadable("dict") }
            return try PythonValue(members: named)
        case "list", "tuple", "set", "frozenset":
            guard named.isEmpty, values.count <= 1 else { throw unreadable(name) }
            guard let value = values.first else { return try PythonValue(items: []) }
            guard case .array = value.json else { throw unreadable(name) }
            return value
        case "range": return try range(arguments)
        default:
            guard named.isEmpty, arguments.positional.count == 1, case .string = arguments.positional[0] else {
                throw unreadable(name)
            }
            return values[0]
        }
    }

    private static func unreadable(_ name: String) -> PythonUnreadable {
        PythonUnreadable(reason: "this use of '\(name)(…)' is not read")
    }

    // MARK: Time

    private static let units: [(name: String, microseconds: Int64)] = [
        ("days", 86_400_000_000), ("seconds", 1_000_000), ("microseconds", 1), ("milliseconds", 1000),
        ("minutes", 60_000_000), ("hours", 3_600_000_000), ("weeks", 604_800_000_000),
    ]

    /// A duration in seconds; whole ones as an integer.
    private static func duration(_ arguments: Arguments) throws(PythonUnreadable) -> JSONValue {
        guard arguments.positional.count <= units.count else { throw unreadable("timedelta") }
        var total: Int64 = 0
        var given = zip(units, arguments.positional).map { ($0.microseconds, $1) }
        for argument in arguments.named {
            guard let unit = units.first(where: { $0.name == argument.name }) else { throw unreadable("timedelta") }
            given.append((unit.microseconds, argument.value))
        }
        for (unit, value) in given {
            let part: (partialValue: Int64, overflow: Bool)
            switch value {
            case .int(let count): part = count.multipliedReportingOverflow(by: unit)
            case .float(let count):
                guard let whole = Int64(exactly: (count * Double(unit)).rounded()) else { throw .outOfRange }
                part = (whole, false)
            default: throw unreadable("timedelta")
            }
            let sum = total.addingReportingOverflow(part.partialValue)
            guard !part.overflow, !sum.overflow else { throw .outOfRange }
            total = sum.partialValue
        }
        return total % 1_000_000 == 0 ? .int(total / 1_000_000) : .float(Double(total) / 1_000_000)
    }

    private static let fields = ["minute", "hour", "day_of_month", "month_of_year", "day_of_week"]

    /// The five fields of a crontab.
    private static func crontab(_ arguments: Arguments) throws(PythonUnreadable) -> String {
        var texts = [String](repeating: "*", count: fields.count)
        guard arguments.positional.count <= 2 else {
            throw PythonUnreadable(
                reason: "the order of crontab's arguments differs between versions of Celery; write their names")
        }
        for (place, value) in arguments.positional.enumerated() { texts[place] = try field(value) }
        for argument in arguments.named {
            guard let place = fields.firstIndex(of: argument.name) else { throw unreadable("crontab") }
            texts[place] = try field(argument.value)
        }
        return texts.joined(separator: " ")
    }

    private static func field(_ value: JSONValue) throws(PythonUnreadable) -> String {
        switch value {
        case .int(let number): return String(number)
        case .string(let text):
            guard let field = CrontabField.text(text) else { throw unreadable("crontab") }
            return field
        case .array(let items):
            guard !items.isEmpty, items.count <= 60 else { throw unreadable("crontab") }
            var texts: [String] = []
            for item in items {
                if case .array = item { throw unreadable("crontab") }
                texts.append(try field(item))
            }
            return texts.joined(separator: ",")
        default: throw unreadable("crontab")
        }
    }

    private static func range(_ arguments: Arguments) throws(PythonUnreadable) -> PythonValue {
        var bounds: [Int64] = []
        for argument in arguments.positional {
            guard case .int(let bound) = argument, abs(bound) <= 1_000_000 else { throw unreadable("range") }
            bounds.append(bound)
        }
        guard arguments.named.isEmpty, (1...3).contains(bounds.count) else { throw unreadable("range") }
        let (start, end) = bounds.count == 1 ? (0, bounds[0]) : (bounds[0], bounds[1])
        let step = bounds.count == 3 ? bounds[2] : 1
        guard step != 0 else { throw unreadable("range") }
        let numbers = Array(stride(from: start, to: end, by: Int(step)).prefix(1001))
        guard numbers.count <= 1000 else { throw .tooLarge }
        return try PythonValue(items: numbers.map { PythonValue(.int($0)) })
    }

    // MARK: Queues

    private typealias Member = (key: String, value: PythonValue)

    /// A queue of kombu: its name alone, or the keys that Celery's `task_queues` takes as a mapping, with the name.
    ///
    /// Source: `entry_to_queue` in kombu's `utils/compat.py`.
    private static func queue(_ values: [PythonValue], _ named: [Member]) throws(PythonUnreadable) -> PythonValue {
        let places = ["name", "exchange", "routing_key"]
        guard values.count <= places.count else { throw unreadable("Queue") }
        let given = zip(places, values).map { (key: $0, value: $1) } + named
        var members: [Member] = []
        for member in given {
            switch (member.key, member.value.json) {
            case ("exchange", .object(let exchange)):
                for part in exchange.members {
                    let key =
                        part.key == "name"
                        ? "exchange" : part.key == "delivery_mode" ? part.key : "exchange_" + part.key
                    members.append((key, PythonValue(part.value)))
                }
            case ("durable", _), ("exclusive", _), ("auto_delete", _):
                members.append(("queue_" + member.key, member.value))
            default: members.append(member)
            }
        }
        guard let name = members.first(where: { $0.key == "name" }), case .string = name.value.json else {
            throw unreadable("Queue")
        }
        return members.count == 1 ? name.value : try PythonValue(members: members)
    }

    /// An exchange of kombu: its name alone, or a mapping of its attributes.
    private static func exchange(_ values: [PythonValue], _ named: [Member]) throws(PythonUnreadable) -> PythonValue {
        guard values.count <= 2 else { throw unreadable("Exchange") }
        let members = zip(["name", "type"], values).map { (key: $0, value: $1) } + named
        guard let name = members.first(where: { $0.key == "name" }), case .string = name.value.json else {
            throw unreadable("Exchange")
        }
        return members.count == 1 ? name.value : try PythonValue(members: members)
    }
}
