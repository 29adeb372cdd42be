import FlowDiagnostics
import Foundation
import Testing

@Suite struct `a unified diff` {
    private func diff(_ old: String, _ new: String, name: String = "a.yaml") -> String {
        String(decoding: UnifiedDiff.bytes(from: Array(old.utf8), to: Array(new.utf8), name: name), as: UTF8.self)
    }

    @Test(arguments: ["", "a\n", "a"])
    func `of equal files is empty`(_ text: String) {
        #expect(diff(text, text) == "")
    }

    @Test func `shows three lines around a change`() {
        #expect(
            diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nV\n6\n7\n8\n9\n") == """
                --- a/a.yaml
                +++ b/a.yaml
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +V
                 6
                 7
                 8

                """)
    }

    @Test func `joins changes with at most six lines between them`() {
        let old = (1...30).map(String.init)
        func changed(_ places: [Int]) -> String {
            let new = old.enumerated().map { places.contains($0.offset + 1) ? "x" : $0.element }
            return diff(old.joined(separator: "\n") + "\n", new.joined(separator: "\n") + "\n")
        }
        func hunks(_ text: String) -> [Substring] { text.split(separator: "\n").filter { $0.hasPrefix("@@") } }
        #expect(hunks(changed([10, 17])) == ["@@ -7,14 +7,14 @@"])
        #expect(hunks(changed([10, 18])) == ["@@ -7,7 +7,7 @@", "@@ -15,7 +15,7 @@"])
    }

    @Test(arguments: [
        ("", "a\n", "@@ -0,0 +1 @@\n+a\n"),
        ("a\n", "", "@@ -1 +0,0 @@\n-a\n"),
        ("a\n", "a\nb\n", "@@ -1 +1,2 @@\n a\n+b\n"),
        ("a\nb\nc\nd\n", "b\nX\nd\n", "@@ -1,4 +1,3 @@\n-a\n b\n-c\n+X\n d\n"),
        ("a\nb", "a\nc", "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"),
        ("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
        ("a\nb", "x\nb", "@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file\n"),
        ("a\r\nb\r\n", "a\r\nc\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"),
    ])
    func `has exact hunks`(_ old: String, _ new: String, _ hunks: String) {
        #expect(diff(old, new) == "--- a/a.yaml\n+++ b/a.yaml\n" + hunks)
    }

    @Test(arguments: [
        ("./flows/a.yaml", "a/flows/a.yaml"), ("my flow.yaml", "a/my flow.yaml\t"),
        ("a\"b\\c\n.yaml", #""a/a\"b\\c\012.yaml""#), ("é.yaml", "a/é.yaml"),
    ])
    func `writes names as git does`(_ name: String, _ header: String) {
        #expect(diff("a\n", "b\n", name: name).hasPrefix("--- \(header)\n+++ "))
    }

    @Test func `keeps bytes that are no text`() {
        let diff = UnifiedDiff.bytes(from: [0xFF, 0x0A, 0x61], to: [0xFF, 0x0A, 0x62], name: "a")
        #expect(diff.split(separator: 0x0A).contains([0x20, 0xFF]))
    }

    @Test func `of many changed lines is quick and whole`() {
        let old = (0..<20_000).map { "\($0)\n" }
        let new = old.enumerated().map { $0.offset % 7 == 3 ? "x\($0.element)" : $0.element }
        let text = diff(old.joined(), new.joined())
        #expect(text.split(separator: "\n").count { $0.hasPrefix("-") } == 1 + 20_000 / 7)
        #expect(applied(text, to: old.joined()) == new.joined())
        #expect(applied(diff(old.joined(), new.dropLast().joined()), to: old.joined()) == new.dropLast().joined())
    }

    /// Random edits of random lines, a seed for each.
    @Test(arguments: 0..<200)
    func `turns the old file into the new one`(_ seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ count: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(count))
        }
        func end() -> String { random(6) == 0 ? "\r\n" : "\n" }
        var lines = (0..<random(40)).map { _ in "\(random(5))\(end())" }
        let old = lines.joined() + (random(3) == 0 ? "end" : "")
        for _ in 0..<random(6) {
            let place = random(lines.count + 1)
            switch random(3) {
            case 0: lines.insert("new \(random(3))\(end())", at: place)
            case 1 where place < lines.count: lines.remove(at: place)
            default: if place < lines.count { lines[place] = "\(random(5))\n" }
            }
        }
        let new = lines.joined() + (random(3) == 0 ? "end" : "")
        #expect(applied(diff(old, new), to: old) == new)
    }

    @Test func `is accepted by patch`() throws {
        let patch = "/usr/bin/patch"
        try #require(FileManager.default.isExecutableFile(atPath: patch))
        let folder = FileManager.default.temporaryDirectory.appending(path: "flowrun-diff-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let old = "a\r\nb\r\n" + (0..<20).map { "\($0)\n" }.joined() + "end"
        let new = "a\r\nB\r\n" + (0..<19).map { "\($0)\n" }.joined() + "more\nend\n"
        let file = folder.appending(path: "my flow.yaml")
        try old.write(to: file, atomically: true, encoding: .utf8)
        try diff(old, new, name: "my flow.yaml").write(
            to: folder.appending(path: "d"), atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: patch)
        process.arguments = ["-p1", "-s", "-i", "d"]
        process.currentDirectoryURL = folder
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try Data(contentsOf: file) == Data(new.utf8))
    }

    /// What a strict reader of the format makes of a diff: context and counts must fit.
    private func applied(_ diff: String, to old: String) -> String? {
        func lines(_ text: String) -> [String] {
            var lines: [String] = []
            var line = ""
            for scalar in text.unicodeScalars {
                line.unicodeScalars.append(scalar)
                if scalar == "\n" {
                    lines.append(line)
                    line = ""
                }
            }
            return line.isEmpty ? lines : lines + [line]
        }
        let old = lines(old)
        var new: [String] = []
        var index = 0
        var counts = (old: 0, new: 0)
        let body = Array(lines(diff).dropFirst(2))
        for (place, line) in body.enumerated() {
            let next = place + 1 < body.count ? body[place + 1] : ""
            var text = String(line.unicodeScalars.dropFirst())
            if next.hasPrefix("\\") { text = String(text.unicodeScalars.dropLast()) }
            switch line.unicodeScalars.first {
            case "@":
                guard counts == (0, 0) else { return nil }
                let numbers = line.split { "@ -+\n".contains($0) }.map { range in
                    range.split(separator: ",").compactMap { Int($0) }
                }
                guard numbers.count == 2 else { return nil }
                counts = (numbers[0].count == 2 ? numbers[0][1] : 1, numbers[1].count == 2 ? numbers[1][1] : 1)
                let start = counts.old == 0 ? numbers[0][0] : numbers[0][0] - 1
                guard start >= index, start <= old.count else { return nil }
                new += old[index..<start]
                index = start
                guard new.count == (counts.new == 0 ? numbers[1][0] : numbers[1][0] - 1) else { return nil }
            case "+":
                new.append(text)
                counts.new -= 1
            case "-", " ":
                guard index < old.count, old[index] == text else { return nil }
                index += 1
                counts.old -= 1
                if line.hasPrefix(" ") {
                    new.append(text)
                    counts.new -= 1
                }
            default: guard line == "\\ No newline at end of file\n" else { return nil }
            }
        }
        guard counts == (0, 0) else { return nil }
        return (new + old[index...]).joined()
    }
}
