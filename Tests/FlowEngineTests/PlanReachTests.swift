import FlowCheck
import FlowEngine
import FlowPlan
import FlowValue
import Testing

@Suite struct `what a node needs, and what needs it` {
    private static let workflow = """
        steps:
          - {id: a, run: 'true', link: {id: la, run: 'true'}, link_error: {id: ea, run: 'true'}}
          - {id: b, needs: a, chain: [{id: b1, run: 'true'}, {id: b2, run: 'true'}, {id: b3, run: 'true'}]}
          - {id: c, needs: b, chord: [{id: h1, run: 'true'}, {id: h2, run: 'true'}], body: {id: body, run: 'true'}}
          - {id: d, run: 'true'}
        on_exit: {id: bye, run: 'true'}
        """

    private func plan() throws -> Plan {
        let checked = Checker.check(Array(Self.workflow.utf8), stem: "reach")
        return try Planner.plan(try #require(checked.spec), parameters: JSONObject())
    }

    private func ids(_ marks: [Bool], _ plan: Plan) -> Set<String> {
        Set(marks.indices.filter { marks[$0] }.map { plan.id(of: NodeIndex($0)) })
    }

    @Test(arguments: [
        ("a", Set(["steps", "a", "ea", "bye"])),
        ("b2", Set(["steps", "a", "ea", "b", "b1", "b2", "bye"])),
        ("h1", Set(["steps", "a", "ea", "b", "b1", "b2", "b3", "c", "h1", "bye"])),
        ("body", Set(["steps", "a", "ea", "b", "b1", "b2", "b3", "c", "h1", "h2", "body", "bye"])),
        ("la", Set(["steps", "a", "ea", "la", "bye"])),
    ])
    func `comes before it`(_ id: String, _ needed: Set<String>) throws {
        let plan = try plan()
        #expect(ids(plan.needed(by: try #require(plan.node(named: id))), plan) == needed)
    }

    @Test(arguments: [
        ("d", Set(["d"])), ("b2", Set(["b2", "b3", "c", "h1", "h2", "body"])), ("h1", Set(["h1", "body"])),
        ("a", Set(["a", "la", "ea", "b", "b1", "b2", "b3", "c", "h1", "h2", "body"])),
    ])
    func `comes after it`(_ id: String, _ later: Set<String>) throws {
        let plan = try plan()
        #expect(ids(plan.downstream(of: try #require(plan.node(named: id))), plan) == later)
    }
}
