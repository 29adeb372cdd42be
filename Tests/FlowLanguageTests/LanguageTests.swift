import FlowCheck
import FlowDiagnostics
import FlowLanguage
import FlowModel
import FlowValue
import Testing

/// The description of the language and the checker, which reads by it, say the same.
@Suite struct `the language` {
    /// A key of a shape; all of them are tried.
    struct Place: CustomTestStringConvertible {
        let shape: Shape.Name
        let spec: KeySpec

        var testDescription: String { "\(shape.rawValue).\(spec.key.rawValue)" }
    }

    static let places = Shape.Name.allCases.flatMap { name in
        Language.shape(name).keys.filter { name != .workflow || $0.key != .needs }
            .map { Place(shape: name, spec: $0) }
    }

    /// The mistakes of shape in a workflow; what hangs on names, files and types is another matter.
    private func mistakes(_ document: JSONObject) -> [Diagnostic] {
        let checked = Checker.check(JSONWriter.bytes(.object(document)), stem: "pipeline")
        return checked.diagnostics.filter { finding in
            let isShape = [1, 6].contains(finding.code.group) || finding.code == .misplacedExpression
            return finding.severity == .error && isShape
        }
    }

    @Test(arguments: places)
    func `takes a right value`(_ place: Place) {
        let document = Sample.document(place, Sample.right(place.spec))
        #expect(mistakes(document).map(\.message) == [], "\(JSONWriter.text(.object(document)))")
    }

    @Test(arguments: places)
    func `refuses a wrong value`(_ place: Place) {
        guard let wrong = Sample.wrong(place.spec) else { return }
        let document = Sample.document(place, wrong)
        #expect(!mistakes(document).isEmpty, "\(JSONWriter.text(.object(document)))")
    }

    @Test func `has a place for each of its keys`() {
        let keys = WorkflowKeySet(Self.places.map(\.spec.key))
        #expect(WorkflowKey.allCases.filter { !keys.contains($0) } == [])
    }

    @Test(arguments: LanguageWords.errorClasses.map(\.name))
    func `knows its error classes`(_ name: String) {
        #expect(mistakes(["run": "make", "autoretry_for": .string(name)]).isEmpty)
    }

    @Test(arguments: LanguageWords.signals)
    func `knows its signals`(_ name: String) {
        #expect(mistakes(["run": "make", "soft_signal": .string("SIG\(name)")]).isEmpty)
    }

    @Test(arguments: LanguageWords.types.map(\.name))
    func `knows its types`(_ name: String) {
        #expect(ValueType(name) != nil)
        #expect(mistakes(["run": "make", "returns": .string(name)]).isEmpty)
    }
}

/// Values and workflows for the tests, made by the description.
private enum Sample {
    /// A value that the key takes.
    static func right(_ spec: KeySpec) -> JSONValue {
        spec.key == .use ? "std.uuid" : right(spec.form)
    }

    private static func right(_ form: ValueForm) -> JSONValue {
        switch form {
        case .text: "some text"
        case .bool, .condition: .bool(true)
        case .number, .value: .int(1)
        case .whole(let range): .int(range.lowerBound)
        case .duration: "1h30m"
        case .time: "2126-11-24T08:00:00Z"
        case .choice(let words): .string(words[0])
        case .version: .int(1)
        case .workflowName: "a-name"
        case .identifier: "a_name"
        case .taskName, .node: "std.log"
        case .moduleFunction: "module:function"
        case .rate: "10/s"
        case .pattern: "^a+"
        case .timezone: "Europe/Oslo"
        case .crontab: "0 3 * * *"
        case .signal: "TERM"
        case .errorClass: "TaskError"
        case .path: "some/file"
        case .url: "https://host.example/"
        case .values: .array([.array([.int(1)])])
        case .namedValues, .namedTexts: .object(["NAME": "value"])
        case .list(let item), .oneOrList(let item): .array([right(item)])
        case .named(let item): .object(["name": right(item)])
        case .shape(let name): .object(shape(name))
        case .either(let forms): right(forms[0])
        case .type: "list<int>"
        case .signature: .object(["a": "int", "*rest": "any"])
        case .needs: "first"
        case .settings: .object(["timezone": "UTC"])
        case .nodes, .nodeOrNodes: .array(["std.log"])
        }
    }

    private static func shape(_ name: Shape.Name) -> JSONObject {
        switch name {
        case .workflow, .node, .task: ["run": "make"]
        case .parameter: ["type": "string"]
        case .secret: ["env": "TOKEN"]
        case .schedule: ["every": "1h"]
        case .concurrency: ["key": "one"]
        case .http: ["url": "https://host.example/"]
        case .cache: ["inputs": "*.c"]
        }
    }

    /// A value that the key does not take; nil where it takes all.
    static func wrong(_ spec: KeySpec) -> JSONValue? {
        switch spec.form {
        case .value, .either([.shape(.parameter), .value]): spec.takesExpressions ? nil : "${{ 1 }}"
        default: wrong(spec.form)
        }
    }

    private static func wrong(_ form: ValueForm) -> JSONValue {
        switch form {
        case .text, .taskName, .path, .pattern: .object(["a": "mapping"])
        case .bool, .number, .whole, .duration, .time, .rate, .timezone, .crontab, .signal, .version: "no such value"
        case .choice, .workflowName, .identifier, .moduleFunction, .errorClass, .url: "No Such Value"
        case .condition, .values, .namedValues, .namedTexts, .named, .shape, .signature, .settings: .int(5)
        case .list, .node, .nodes, .nodeOrNodes: .int(5)
        case .value: "${{ 1 }}"
        case .oneOrList(let item): wrong(item)
        case .either(let forms): forms.contains(.text) ? .object([:]) : "no such value"
        case .type: "no such type"
        case .needs: .null
        }
    }

    /// A workflow in which the value stands at the place, with what has to stand beside it.
    static func document(_ place: `the language`.Place, _ value: JSONValue) -> JSONObject {
        let first: JSONValue = .object(["id": "first", "run": "make"])
        var inner: JSONObject = base(of: place)
        inner[place.spec.key.rawValue] = value
        switch place.shape {
        case .workflow:
            // A canvas beside the header's keys; other keys bring the root node with them.
            if Language.headerKeys.contains(place.spec.key) { inner["steps"] = .array([first]) }
            return inner
        case .node: return ["steps": .array([first, .object(inner)])]
        case .task: return ["tasks": .object(["call": .object(inner)]), "chain": .array(["call"])]
        case .parameter: return ["params": .object(["name": .object(inner)]), "steps": .array([first])]
        case .secret: return ["secrets": .object(["NAME": .object(inner)]), "steps": .array([first])]
        case .schedule: return ["schedule": .object(inner), "steps": .array([first])]
        case .concurrency: return ["concurrency": .object(inner), "steps": .array([first])]
        case .http: return ["steps": .array([.object(["http": .object(inner)])])]
        case .cache: return ["steps": .array([.object(["run": "make", "cache": .object(inner)])])]
        }
    }

    private static func base(of place: `the language`.Place) -> JSONObject {
        let key = place.spec.key
        switch place.shape {
        case .workflow where Language.headerKeys.contains(key): return [:]
        case .workflow, .node, .task: break
        case .schedule where key == .crontab || key == .every: return [:]
        case .parameter, .secret, .cache: return [:]
        case .schedule, .concurrency, .http: return shape(place.shape)
        }
        let items: JSONObject = ["items": .array([.array([.int(1)])])]
        switch key {
        case .chord: return ["body": "std.log"]
        case .map, .starmap: return items
        case .chunks: return ["items": .array([.array([.int(1)])]), "size": .int(1)]
        case _ where Language.canvas.contains(key): return [:]
        case .items: return ["map": "std.log"]
        case .size: return ["chunks": "std.log", "items": .array([.array([.int(1)])])]
        case .body: return ["chord": .array(["std.log"])]
        case .params: return ["workflow": "other.yaml"]
        case .result: return ["steps": .array(["std.log"])]
        case .as, .key, .max: return ["run": "make", "foreach": .array([.int(1)])]
        case .failFast: return ["group": .array(["std.log"])]
        default: return ["run": "make"]
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    /// The text as a value.
    public init(stringLiteral text: String) { self = .string(text) }
}
