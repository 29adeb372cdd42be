import FlowLanguage
import Foundation
import Testing

/// Files of the repository that the code makes; `RECORD_SNAPSHOTS=1` writes them anew.
@Suite struct `a generated file` {
    enum Generated: String, CaseIterable {
        case workflowSchema = "schemas/workflow.schema.json"
        case projectSchema = "schemas/flowrun.schema.json"
        case reference = "docs/reference.md"
        case settings = "docs/settings.md"

        var text: String {
            switch self {
            case .workflowSchema: JSONSchema.workflow
            case .projectSchema: JSONSchema.project
            case .reference: ReferencePage.language
            case .settings: ReferencePage.settings
            }
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: Generated.allCases)
    func `is what the code makes`(_ file: Generated) throws {
        let url = Self.root.appending(path: file.rawValue)
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try file.text.write(to: url, atomically: true, encoding: .utf8)
        }
        let isEqual = try String(contentsOf: url, encoding: .utf8) == file.text
        #expect(isEqual, "RECORD_SNAPSHOTS=1 swift test --filter FlowLanguageTests writes it")
    }

    @Test func `is the same each time`() {
        #expect(JSONSchema.workflow == JSONSchema.workflow)
    }

    @Test(arguments: [Generated.workflowSchema, .projectSchema])
    func `names only definitions that it has`(_ file: Generated) throws {
        let text = file.text
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let definitions = try #require(schema["$defs"] as? [String: Any])
        for match in text.matches(of: /"\$ref": "#\/\$defs\/([A-Za-z]+)/) {
            let name = String(match.output.1)
            #expect(definitions.keys.contains(name))
        }
    }
}
