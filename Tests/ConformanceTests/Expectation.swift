/// What expect.json says: how to run a case, and the outcome that it must have.
///
/// `Fixtures/README.md` describes the fields.
struct Expectation: Sendable {
    let title: String
    /// The Celery behaviour, the issue or the section of SPEC.md behind the case.
    let source: String
    /// What Celery does instead; nil where it does the same.
    let differsFromCelery: String?
    let apply: Invocation
    let exit: Int
    let run: ExpectedRun?
    let steps: [ExpectedStep]
    let calls: ExpectedCalls?
    let notRun: [String]
    let before: [Order]
    let startsBeforeEnd: [Order]
    let parallel: ClosedRange<Int>?
    let gaps: [ExpectedGaps]
    /// The least time between any two starts, in seconds.
    let startsApart: Double?
    /// In seconds.
    let atLeast: Double
    /// In seconds; `apply` is killed after that.
    let atMost: Double
    let files: [ExpectedFile]
    let absent: [String]
    let nowhere: [String]
    /// Seconds to wait before the files are looked at.
    let settle: Double?
    let noLeftovers: Bool
    let diagnostics: [ExpectedDiagnostic]
    let outputMatches: [String]
    let then: [FollowUp]

    /// How `apply` is called.
    struct Invocation: Sendable {
        var file = "pipeline.yaml"
        /// nil: no `--format`.
        var format: String? = "json"
        var arguments: [String] = []
        var environment: [(name: String, value: String)] = []
        /// A file of the case.
        var standardInput: String?
    }

    struct ExpectedRun: Sendable {
        let state: String
        let result: Matcher?
        let error: Matcher?
    }

    struct ExpectedStep: Sendable {
        let id: String
        /// The fields that are compared, by name, in written order.
        let fields: [(name: String, matcher: Matcher)]
    }

    struct ExpectedCalls: Sendable {
        enum Order: String {
            case exact, any
        }

        let order: Order
        let list: [Matcher]
    }

    struct Order: Sendable {
        let first: String
        let second: String
    }

    /// The seconds between each attempt of a step and the next.
    struct ExpectedGaps: Sendable {
        let step: String
        let gaps: [ClosedRange<Double>]
    }

    struct ExpectedFile: Sendable {
        enum Content: Sendable {
            case text(Matcher)
            case equalLines(Int)
        }

        let path: String
        let content: Content
    }

    struct ExpectedDiagnostic: Sendable {
        /// A regular expression.
        let code: String?
        let fields: [TestJSON.Member]
        let source: TestJSON
    }

    /// A command after `apply`.
    struct FollowUp: Sendable {
        let arguments: [String]
        let exit: Int
        let has: [String]
        let lacks: [String]
        let sameSteps: Bool
    }
}

// MARK: - Reading

extension Expectation {
    /// Why a step was skipped: the words of SPEC.md, section 9.
    static let reasonsToSkip = [
        "upstream", "when", "needs", "time_limit", "expired", "revoked", "ignored", "fail_fast", "until",
    ]

    /// Reads what stands in an expect.json.
    ///
    /// - Throws: `UnusableCase` where a field is unknown, missing or of another type, or where the case asserts nothing.
    init(_ json: TestJSON) throws {
        var fields = try FieldReader(json, at: "expect.json")
        title = try fields.required(fields.string("title"), "title")
        source = try fields.required(fields.string("source"), "source")
        differsFromCelery = try Self.difference(fields.json("differs_from_celery"))
        apply = try fields.fields("apply").map(Invocation.init) ?? Invocation()
        exit = try fields.required(fields.integer("exit"), "exit")
        run = try fields.fields("run").map(ExpectedRun.init)
        steps = try fields.members("steps").map(ExpectedStep.init)
        calls = try fields.fields("calls").map(ExpectedCalls.init)
        notRun = try fields.strings("not_run")
        before = try fields.list("before").map(Order.init)
        startsBeforeEnd = try fields.list("starts_before_end").map(Order.init)
        parallel = try Self.parallel(fields.fields("parallel"))
        gaps = try fields.members("gaps").map(ExpectedGaps.init)
        startsApart = try fields.number("starts_apart")
        atLeast = try fields.number("min_seconds") ?? 0
        atMost = try fields.required(fields.number("max_seconds"), "max_seconds")
        files = try fields.members("files").map(ExpectedFile.init)
        absent = try fields.strings("absent")
        nowhere = try fields.strings("nowhere")
        settle = try fields.number("settle")
        noLeftovers = try fields.boolean("no_leftovers") ?? false
        diagnostics = try fields.list("diagnostics").map(ExpectedDiagnostic.init)
        outputMatches = try fields.strings("output_matches").map(Pattern.checked)
        then = try fields.list("then").map(FollowUp.init)
        try fields.finish()
        try checkThatItAsserts()
    }

    private func checkThatItAsserts() throws {
        if exit == 0 || exit == 1, run == nil, calls == nil {
            throw UnusableCase("expect.json asserts nothing but an exit code")
        }
        if run == nil, !steps.isEmpty || !notRun.isEmpty {
            throw UnusableCase("expect.json has steps without run")
        }
    }

    private static func difference(_ value: TestJSON?) throws -> String? {
        switch value {
        case .boolean(false): return nil
        case .string(let sentence): return sentence
        default: throw UnusableCase("expect.json.differs_from_celery is neither false nor a sentence")
        }
    }

    private static func parallel(_ reader: FieldReader?) throws -> ClosedRange<Int>? {
        guard var fields = reader else { return nil }
        let range = (try fields.integer("min") ?? 0, try fields.integer("max") ?? .max)
        try fields.finish()
        return try closedRange(range, at: "parallel")
    }

    fileprivate static func closedRange<Bound>(
        _ bounds: (Bound, Bound), at place: String
    ) throws -> ClosedRange<Bound> {
        guard bounds.0 <= bounds.1 else { throw UnusableCase("\(place): \(bounds.0) is more than \(bounds.1)") }
        return bounds.0...bounds.1
    }
}

extension Expectation.Invocation {
    fileprivate init(_ reader: FieldReader) throws {
        var fields = reader
        file = try fields.string("file") ?? file
        switch fields.json("format") {
        case nil: break
        case .null: format = nil
        case .string(let name): format = name
        case .boolean, .integer, .double, .array, .object: throw UnusableCase("apply.format is neither a text nor null")
        }
        arguments = try fields.strings("args")
        environment = try fields.members("env").map { member in
            guard let value = member.value.text else { throw UnusableCase("apply.env.\(member.key) is not a text") }
            return (member.key, value)
        }
        standardInput = try fields.string("stdin")
        try fields.finish()
    }
}

extension Expectation.ExpectedRun {
    fileprivate init(_ reader: FieldReader) throws {
        var fields = reader
        state = try fields.required(fields.string("state"), "state")
        result = try fields.matcher("result")
        error = try fields.matcher("error")
        try fields.finish()
    }
}

extension Expectation.ExpectedStep {
    private static let names: Set = [
        "state", "result", "retries", "attempts", "args", "kwargs", "error", "skipped_because", "needs", "task",
    ]

    fileprivate init(_ member: TestJSON.Member) throws {
        guard let members = member.value.members, !members.isEmpty else {
            throw UnusableCase("steps.\(member.key) asserts nothing")
        }
        id = member.key
        fields = try members.map { field in
            guard Self.names.contains(field.key) else {
                throw UnusableCase("steps.\(member.key).\(field.key) is unknown")
            }
            return (field.key, try Self.matcher(field))
        }
    }

    /// Three fields have a short form: a list of states, some fields of an error, the step that is to blame.
    private static func matcher(_ field: TestJSON.Member) throws -> Matcher {
        switch (field.key, field.value) {
        case ("state", .array): try Matcher(.object([TestJSON.Member(key: "$one_of", value: field.value)]))
        case ("error", .object(let members)): try Matcher(having: members)
        case ("skipped_because", .string):
            try Matcher(having: [
                TestJSON.Member(key: "step", value: field.value),
                TestJSON.Member(key: "why", value: oneOf(Expectation.reasonsToSkip)),
            ])
        default: try Matcher(field.value)
        }
    }

    private static func oneOf(_ words: [String]) -> TestJSON {
        .object([TestJSON.Member(key: "$one_of", value: .array(words.map { .string($0) }))])
    }
}

extension Expectation.ExpectedCalls {
    fileprivate init(_ reader: FieldReader) throws {
        var fields = reader
        let word = try fields.required(fields.string("order"), "order")
        guard let order = Order(rawValue: word) else { throw UnusableCase("calls.order: there is no order \(word)") }
        self.order = order
        list = try fields.list("list").map { call in
            guard let members = call.members else { throw UnusableCase("calls.list: \(call.shown) is no object") }
            return try Matcher(having: members)
        }
        try fields.finish()
    }
}

extension Expectation.Order {
    fileprivate init(_ pair: TestJSON) throws {
        let ids = pair.elements?.compactMap(\.text) ?? []
        guard ids.count == 2, pair.elements?.count == 2 else { throw UnusableCase("\(pair.shown) is no pair of ids") }
        (first, second) = (ids[0], ids[1])
    }
}

extension Expectation.ExpectedGaps {
    fileprivate init(_ member: TestJSON.Member) throws {
        guard let pairs = member.value.elements else { throw UnusableCase("gaps.\(member.key) is not a list") }
        step = member.key
        gaps = try pairs.map { pair in
            let bounds = pair.elements?.compactMap(\.number) ?? []
            guard bounds.count == 2, pair.elements?.count == 2 else {
                throw UnusableCase("gaps.\(member.key): \(pair.shown) is no pair of numbers")
            }
            return try Expectation.closedRange((bounds[0], bounds[1]), at: "gaps.\(member.key)")
        }
    }
}

extension Expectation.ExpectedFile {
    fileprivate init(_ member: TestJSON.Member) throws {
        path = member.key
        if let count = member.value["$lines_equal"] {
            guard case .integer(let lines) = count else {
                throw UnusableCase("files.\(path): $lines_equal is no integer")
            }
            content = .equalLines(Int(lines))
        } else {
            content = .text(try Matcher(member.value))
        }
    }
}

extension Expectation.ExpectedDiagnostic {
    fileprivate init(_ json: TestJSON) throws {
        guard let members = json.members else { throw UnusableCase("diagnostics: \(json.shown) is no object") }
        source = json
        code = try json["code"]?.text.map(Pattern.checked)
        let severity = TestJSON.Member(key: "severity", value: .string("error"))
        fields = members.filter { $0.key != "code" } + (json["severity"] == nil ? [severity] : [])
    }
}

extension Expectation.FollowUp {
    fileprivate init(_ json: TestJSON) throws {
        var fields = try FieldReader(json, at: "then")
        arguments = try fields.strings("args")
        exit = try fields.required(fields.integer("exit"), "exit")
        has = try fields.strings("stdout_has")
        lacks = try fields.strings("stdout_lacks")
        sameSteps = try fields.boolean("same_steps") ?? false
        try fields.finish()
    }
}
