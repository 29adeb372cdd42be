import FlowExpression
import FlowModel
import FlowValue
import Testing

@Suite struct `routes and annotations of tasks` {
    @Test(arguments: [
        ("a.b", "a.b", true), ("a.*", "a.b", true), ("*.b", "a.b", true), ("*", "", true), ("a*b*c", "axxbyyc", true),
        ("a*b*c", "axxbyy", false), ("a.?", "a.b", true), ("a.?", "a.", false), ("", "a", false), ("a", "ab", false),
    ])
    func `fit by their patterns`(_ pattern: String, _ name: String, _ fits: Bool) {
        #expect(TaskRoute(pattern: pattern, options: TaskOptions()).fits(name) == fits)
    }

    @Test func `are read in each of Celery's forms`() {
        let forms: [JSONValue] = [
            .object(["feeds.*": .object(["queue": .string("feeds")])]),
            .array([.array([.string("feeds.*"), .string("feeds")])]),
            .array([.object(["feeds.*": .string("feeds")])]),
        ]
        for form in forms {
            let routes = TaskRoute.routes(form)
            #expect(routes.map(\.pattern) == ["feeds.*"])
            #expect(routes.first?.options.queue.value == .literal(.string("feeds")))
        }
    }

    @Test func `give options, and null clears one`() {
        let options = TaskOptions(annotation: [
            "rate_limit": .int(10), "time_limit": .string("5m"), "max_retries": .null, "retry_backoff": .bool(true),
        ])
        #expect(options.rateLimit == .value("10/s"))
        #expect(options.timeLimit == .value(.seconds(300)))
        #expect(options.maxRetries == .cleared)
        #expect(options.retryBackoff == .value(.doubling(base: .seconds(1))))
        #expect(options.priority == .absent)
    }

    @Test(arguments: [
        ("10/s", 100_000), ("2", 500_000), ("120/m", 500_000), ("3600/h", 1_000_000), ("0.5/s", 2_000_000),
    ])
    func `space starts by the rate`(_ rate: String, _ microseconds: Int64) {
        #expect(RateText.interval(rate) == .microseconds(microseconds))
    }

    @Test(arguments: ["", "0/s", "x/s", "1/d", "-1/s"])
    func `set no limit by what is no rate`(_ rate: String) {
        #expect(RateText.interval(rate) == nil)
    }
}
