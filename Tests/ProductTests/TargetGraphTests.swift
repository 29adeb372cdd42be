import Foundation
import Testing

@Suite struct `the targets of Package.swift` {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Target and dependencies by the table in CONTRIBUTING: `| FlowYAML | … | Diagnostics, CYAML |`.
    static func table() throws -> [String: Set<String>] {
        let text = try String(contentsOf: root.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
        var table: [String: Set<String>] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3 else { continue }
            table[names(cells[0]).first ?? ""] = Set(names(cells[2]))
        }
        return table
    }

    private static func names(_ cell: String) -> [String] {
        cell.split(separator: "`").map(String.init).filter {
            !$0.contains(",") && !$0.trimmingCharacters(in: .whitespaces).isEmpty
        }
    }

    /// Target and dependencies as the manifest has them.
    static func manifest() throws -> [String: Set<String>] {
        let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        var targets: [String: Set<String>] = [:]
        for part in text.components(separatedBy: "arget(").dropFirst() {
            guard let name = quoted(part).first, !name.hasSuffix("Tests") else { continue }
            let list = part.components(separatedBy: "dependencies: [").dropFirst().first ?? ""
            var dependencies: Set<String> = []
            var depth = 1
            var body = ""
            for character in list {
                if character == "[" { depth += 1 }
                if character == "]" { depth -= 1 }
                if depth == 0 { break }
                body.append(character)
            }
            for line in body.components(separatedBy: ".product(name: ") {
                let names = quoted(line)
                dependencies.formUnion(line.contains("package:") ? Set(names.prefix(1)) : Set(names))
                if line.contains("package:") {
                    dependencies.formUnion(quoted(line.components(separatedBy: ")").dropFirst().joined()))
                }
            }
            targets[name] = dependencies
        }
        return targets
    }

    private static func quoted(_ text: String) -> [String] {
        let parts = text.components(separatedBy: "\"")
        return stride(from: 1, to: parts.count, by: 2).map { parts[$0] }
    }

    @Test func `import what the table in CONTRIBUTING says and nothing else`() throws {
        let (table, manifest) = (try Self.table(), try Self.manifest())
        #expect(!table.isEmpty)
        for (target, dependencies) in table {
            #expect(manifest[target] == dependencies, "\(target)")
        }
        let unlisted = Set(manifest.keys).subtracting(table.keys).filter { !$0.hasPrefix("C") }
        #expect(unlisted.isEmpty, "not in the table: \(unlisted)")
    }

    @Test(arguments: [
        "FlowDiagnostics", "FlowYAML", "FlowValue", "FlowExpression", "FlowModel", "FlowSchedule", "FlowLanguage",
        "FlowCheck", "FlowImport", "FlowPlan", "FlowEngine",
    ])
    func `that are pure import no Foundation`(_ target: String) throws {
        let folder = Self.root.appending(path: "Sources/\(target)")
        let files = try #require(FileManager.default.enumerator(atPath: folder.path))
        for case let file as String in files where file.hasSuffix(".swift") {
            let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
            #expect(!text.contains("import Foundation"), "\(file)")
        }
    }
}
