import Foundation
import Glibc

/// A generated workflow, or build file, as the pieces of its text.
///
/// The pieces are made while they are written: the harness never holds a large file, since its own memory would count
/// towards the peak of the programs that it starts.
struct WorkflowText {
    let header: String
    let stepCount: Int
    let step: (Int) -> String

    /// Writes the text to a new file, through to the disk, and returns its length in bytes.
    ///
    /// Synced, so that writing it back does not fall into what is measured next.
    @discardableResult
    func write(to path: String) throws -> Int {
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { throw BenchError("cannot create \(path)") }
        var length = 0
        var buffer = header
        for index in 0..<stepCount {
            buffer += step(index)
            guard buffer.utf8.count >= 1 << 16 else { continue }
            try file.write(contentsOf: Data(buffer.utf8))
            length += buffer.utf8.count
            buffer.removeAll(keepingCapacity: true)
        }
        try file.write(contentsOf: Data(buffer.utf8))
        try file.synchronize()
        try file.close()
        return length + buffer.utf8.count
    }
}

extension WorkflowText {
    /// A group of `std.identity`, each member of which gives its own index, counted from the first.
    static func group(memberCount: Int, first: Int = 0) -> Self {
        Self(header: "group:\n", stepCount: memberCount) { "  - {s: std.identity, args: [\(first + $0)]}\n" }
    }

    /// The same group, its members written as copies of one.
    static func copies(memberCount: Int) -> Self {
        let member = "group: [{s: std.identity, args: ['${{ item }}'], foreach: '${{ range(\(memberCount)) }}'}]\n"
        return Self(header: member, stepCount: 0) { _ in "" }
    }

    /// A chain that starts with 7 and adds one at each further hop: its end proves that every hop ran.
    static func additions(count: Int) -> Self {
        Self(header: "chain:\n  - {s: std.identity, args: [7]}\n", stepCount: count - 1) { _ in
            "  - {s: std.add, args: [1]}\n"
        }
    }

    /// A chord that sums the indices of its members.
    static func sum(memberCount: Int) -> Self {
        Self(header: "body: std.sum\nchord:\n", stepCount: memberCount) {
            "  - {s: std.identity, args: [\($0)]}\n"
        }
    }

    /// Chords of chords of chords; each task gives 1, so the result is how many there are.
    static func nestedSums(_ outer: Int, _ middle: Int, _ inner: Int) -> Self {
        let members = String(repeating: "          - {s: std.identity, args: [1]}\n", count: inner)
        let chord = "      - body: std.sum\n        chord:\n" + members
        let chords = "  - body: std.sum\n    chord:\n" + String(repeating: chord, count: middle)
        return Self(header: "body: std.sum\nchord:\n", stepCount: outer) { _ in chords }
    }

    /// A chain of two groups, each member of the second of which sums what the first gave.
    static func twoGroups(memberCount: Int) -> Self {
        Self(header: "chain:\n  - group:\n", stepCount: 2 * memberCount) { index in
            if index < memberCount { return "      - {s: std.identity, args: [\(index)]}\n" }
            return (index == memberCount ? "  - group:\n" : "") + "      - std.sum\n"
        }
    }

    /// A chain in which each step starts the program.
    static func execChain(count: Int, program: String) -> Self {
        Self(header: "tasks: {t: {exec: [\(program)]}}\nchain:\n", stepCount: count) { "  - {id: t\($0), si: t}\n" }
    }

    /// Independent steps that each start the program.
    static func execSteps(count: Int, program: String) -> Self {
        Self(header: "steps:\n", stepCount: count) { "  - {id: t\($0), exec: [\(program)]}\n" }
    }

    /// Steps that each need the one before, about 150 bytes each, the way people write them.
    ///
    /// Most are in block style with one need; every tenth has two, and every eighth is in flow style. With `lastNeed` the
    /// last step needs that instead.
    static func dependentSteps(count: Int, lastNeed: String? = nil) -> Self {
        let header = """
            flowrun: 1
            name: generated
            description: Steps that each need the one before
            tasks:
              work:
                exec: [/bin/true]
                args: {number: int, payload: text}
            steps:

            """
        return Self(header: header, stepCount: count) { index in
            var needs = needs(of: index)
            if index == count - 1, let lastNeed { needs = [lastNeed] }
            return index % 8 == 7 ? flowStep(index, needs: needs) : blockStep(index, needs: needs)
        }
    }

    /// What ninja reads for `dependentSteps(count:lastNeed:)`: the same names and edges, without arguments.
    static func dependentBuild(count: Int) -> Self {
        Self(header: buildRule, stepCount: count) { index in
            "build \(stepID(index)): work \(needs(of: index).joined(separator: " "))\n"
        }
    }

    /// What ninja reads for independent steps: outputs that never come to be, so that every run builds all of them.
    static func independentBuild(count: Int) -> Self {
        Self(header: buildRule, stepCount: count) { "build t\($0): work\n" }
    }

    /// The same for steps that each need the one before.
    static func chainedBuild(count: Int) -> Self {
        Self(header: buildRule, stepCount: count) { "build t\($0): work\($0 == 0 ? "" : " t\($0 - 1)")\n" }
    }

    private static let buildRule = "rule work\n  command = /bin/true\n"

    private static func needs(of index: Int) -> [String] {
        guard index > 0 else { return [] }
        guard index % 10 == 0 else { return [stepID(index - 1)] }
        return [stepID(index - 1), stepID(index - 10)]
    }

    private static func blockStep(_ index: Int, needs: [String]) -> String {
        let needsLine = needs.isEmpty ? "" : "    needs: [\(needs.joined(separator: ", "))]\n"
        return """
              - id: \(stepID(index))
                si: work
                args: [\(index), "\(payload(index))"]

            """ + needsLine
    }

    private static func flowStep(_ index: Int, needs: [String]) -> String {
        let list = needs.joined(separator: ", ")
        return "  - {id: \(stepID(index)), si: work, args: [\(index), \"\(payload(index))\"], needs: [\(list)]}\n"
    }

    private static func payload(_ index: Int) -> String {
        "payload of step \(index), a sentence about as long as the values in real files"
    }

    private static func stepID(_ index: Int) -> String {
        let digits = String(index)
        return "step-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
