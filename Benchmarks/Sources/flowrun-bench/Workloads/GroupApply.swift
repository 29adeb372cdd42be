import Foundation

/// `group-10k`: a durable fan-out of 10 000 built-in tasks, from the file to the last result on disk.
///
/// There is no peer to alternate with: the reference is half a second. After every run another process must read all
/// 10 000 results from the store.
struct GroupApply: Benchmark {
    static let name = "group-10k"

    private let memberCount = 10_000
    private let mostSeconds = 0.5

    func compare(in session: Session) throws -> Comparison {
        let pairs = try session.repeatPairs {
            Pair(flowrunSeconds: try applyOnce(in: session), referenceSeconds: mostSeconds)
        }
        let rate = Double(memberCount) / median(pairs.map(\.flowrunSeconds))
        return Comparison(
            name: Self.name, measure: .time, target: 1, reference: "the goal itself", pairs: pairs,
            notes: [
                "\(Int(rate)) tasks/s; after each run another process read all \(memberCount) results"
            ])
    }

    /// Applies the group in a fresh project, checks what is in its store, and returns the seconds of the `apply`.
    private func applyOnce(in session: Session) throws -> Double {
        let project = try session.scratch.makeProject()
        try WorkflowText.group(memberCount: memberCount).write(to: project + "/group.yaml")
        let outcome = try session.flowrun(["apply", "group.yaml"], in: project).run(expecting: 0)
        try verify(session.latestStatus(in: project))
        return outcome.seconds
    }

    /// Every member must have given what it was given, in written order.
    private func verify(_ status: StatusDocument) throws(BenchError) {
        try status.requireSuccesses(memberCount)
        let members = status.steps.filter { $0.task == "std.identity" }
        guard members.count == memberCount else {
            throw BenchError("status shows \(members.count) members, not \(memberCount)")
        }
        for (index, member) in members.enumerated() where member.integerResult != index || member.state != "SUCCESS" {
            let result = member.integerResult.map(String.init) ?? "no integer"
            throw BenchError("member \(index) (\(member.id)) is \(member.state) with result \(result)")
        }
    }
}
