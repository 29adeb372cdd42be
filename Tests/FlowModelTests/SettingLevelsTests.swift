import FlowModel
import FlowValue
import Testing

struct SettingLevelsTests {
    private static let project = SettingLevels.Origin.project(path: "flowrun.yaml", line: 3)
    private static let workflow = SettingLevels.Origin.workflow(path: "a.yaml", line: 7)

    @Test func `the later level wins, and the others are still told`() {
        let levels = SettingLevels(
            [
                .init("task_time_limit", .int(5), from: .commandLine),
                .init("task_time_limit", .int(2), from: Self.project),
                .init("task_time_limit", .int(3), from: Self.workflow),
                .init("task_acks_late", .bool(true), from: Self.project),
            ], environment: ["FLOWRUN_TASK_TIME_LIMIT": "4", "FLOWRUN_RESULT_EXPIRES": "1d", "PATH": "/bin"])
        let environment = SettingLevels.Origin.environment(variable: "FLOWRUN_TASK_TIME_LIMIT")
        #expect(levels.value("task_time_limit") == .int(5))
        #expect(levels.levels(of: "task_time_limit").map(\.value) == [.int(5), .int(4), .int(3), .int(2), .null])
        #expect(
            levels.levels(of: "task_time_limit").map(\.origin)
                == [.commandLine, environment, Self.workflow, Self.project, .builtin])
        #expect(levels.origin("task_acks_late") == Self.project)
        #expect(levels.value("result_expires") == .string("1d"))
        #expect(levels.value("task_default_queue") == .string("celery"))
        #expect(levels.origin("task_default_queue") == .builtin)
        #expect(levels.problems == [])
    }

    @Test func `of two values on one level the later wins`() {
        let levels = SettingLevels([
            .init("python_path", .string("a"), from: .commandLine),
            .init("python_path", .string("b"), from: .commandLine),
        ])
        #expect(levels.value("python_path") == .string("b"))
    }

    @Test func `null on a nearer level clears what a farther one sets`() {
        let levels = SettingLevels(
            [.init("task_time_limit", .int(2), from: Self.project)], environment: ["FLOWRUN_TASK_TIME_LIMIT": "null"])
        #expect(levels.value("task_time_limit") == .null)
    }

    @Test func `all settings are listed by name`() {
        let all = SettingLevels([.init("shell", .string("sh"), from: .commandLine)]).all
        #expect(all.map(\.setting) == SettingCatalog.all)
        #expect(all.filter { $0.origin != .builtin }.map(\.setting.name) == ["shell"])
    }

    @Test(arguments: [
        ("task_acks_late", "true", "true"), ("task_acks_late", "0", "false"), ("worker_concurrency", "4", "4"),
        ("worker_concurrency", "auto", #""auto""#), ("task_time_limit", "1.5", "1.5"),
        ("task_time_limit", "5m", #""5m""#), ("task_time_limit", "", "null"), ("task_default_queue", "5", #""5""#),
        ("imports", "a.b, c ,d", #"["a.b","c","d"]"#), ("imports", #"["a"]"#, #"["a"]"#), ("imports", "", "[]"),
        ("broker_transport_options", #"{"visibility_timeout": 5}"#, #"{"visibility_timeout":5}"#),
        ("task_routes", #"[["a", "b"]]"#, #"[["a","b"]]"#), ("broker_use_ssl", "1", "true"),
        ("broker_url", "amqp://a;amqp://b", #""amqp://a;amqp://b""#), ("worker_umask", "022", #""022""#),
        ("task_default_delivery_mode", "2", #""2""#), ("timezone", "Europe/Berlin", #""Europe/Berlin""#),
    ])
    func `the text of a variable is read by the setting's form`(_ name: String, _ text: String, _ json: String) throws {
        let levels = SettingLevels(environment: ["FLOWRUN_" + name.uppercased(): text])
        #expect(levels.problems == [])
        #expect(JSONWriter.text(levels.value(name)) == json)
    }

    @Test(arguments: [
        ("task_acks_late", "yes", "'FLOWRUN_TASK_ACKS_LATE' takes true or false, not 'yes'"),
        (
            "task_time_limit", "ten",
            "'FLOWRUN_TASK_TIME_LIMIT' takes seconds or a duration such as 10s, not 'ten'"
        ),
        (
            "broker_transport_options", "a=5",
            "'FLOWRUN_BROKER_TRANSPORT_OPTIONS' takes a mapping in JSON, and at offset 0: not a JSON value"
        ),
        ("worker_prefetch_multiplier", "", "'FLOWRUN_WORKER_PREFETCH_MULTIPLIER' takes a whole number from 0, not ''"),
    ])
    func `a variable with a wrong value is a problem and sets nothing`(
        _ name: String, _ text: String, _ message: String
    ) {
        let levels = SettingLevels(environment: ["FLOWRUN_" + name.uppercased(): text])
        #expect(levels.problems.map(\.message) == [message])
        #expect(levels.origin(name) == .builtin)
    }

    @Test(arguments: [
        ("FLOWRUN_TASK_TIME_LIMT", "FLOWRUN_TASK_TIME_LIMIT"), ("FLOWRUN_SHELLL", "FLOWRUN_SHELL"),
        ("FLOWRUN_STORE_ULR", "FLOWRUN_STORE_URL"), ("FLOWRUN_task_time_limit", "FLOWRUN_TASK_TIME_LIMIT"),
        ("FLOWRUN_CELERYD_CONCURRENCY", "FLOWRUN_WORKER_CONCURRENCY"),
    ])
    func `a variable that is nearly a setting's is reported`(_ variable: String, _ right: String) {
        let levels = SettingLevels(environment: [variable: "5"])
        #expect(levels.problems.map(\.rightVariable) == [right])
        #expect(levels.problems.map(\.message) == ["'\(variable)' sets nothing; did you mean '\(right)'?"])
    }

    @Test(arguments: [
        "FLOWRUN_RUN_ID", "FLOWRUN_STEP_ID", "FLOWRUN_TASK_ID", "FLOWRUN_ATTEMPT", "FLOWRUN_ATTEMPT_ID",
        "FLOWRUN_REQUEST", "FLOWRUN_RESULT", "FLOWRUN_HOME", "FLOWRUN_", "FLOWRUN", "TASK_TIME_LIMIT",
        "FLOWRUN_TASK_TIME_LM",
    ])
    func `any other variable is left alone`(_ variable: String) {
        #expect(SettingLevels(environment: [variable: "5"]).problems == [])
    }
}
