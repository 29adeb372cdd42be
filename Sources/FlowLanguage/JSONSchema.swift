internal import FlowValue

/// JSON Schema of the files, for editors and for linters that know nothing of flowrun.
///
/// Made of ``Language`` and of the settings. It refuses no file that `flowrun check` accepts, but for `true` as a name,
/// which is no text to a validator; what it cannot see (names, the graph, values that are compared) it leaves to `check`.
/// Equal input gives equal text, in the order of the reference.
///
/// Source: [draft 2020-12](https://json-schema.org/draft/2020-12/json-schema-core).
package enum JSONSchema {
    /// The text of `schemas/workflow.schema.json`: a workflow or a library.
    package static var workflow: String {
        document(
            "flowrun workflow", root: Shape.Name.workflow.rawValue,
            definitions: shapeDefinitions + canvasDefinitions + valueDefinitions + [("settings", settings)])
    }

    /// The text of `schemas/flowrun.schema.json`: the settings of a project, which stand in its `flowrun.yaml`.
    package static var project: String {
        let needed: Set = ["text", "literal", "expression", "duration", "timezone", "time"]
        return document(
            "flowrun settings", root: "settings",
            definitions: [("settings", settings)] + valueDefinitions.filter { needed.contains($0.name) })
    }

    typealias Definition = (name: String, schema: Schema)

    private static func document(_ title: String, root: String, definitions: [Definition]) -> String {
        let schema: Schema = [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": .text(title), "$ref": .to(root),
            "$defs": .object(definitions.map { ($0.name, $0.schema) }),
        ]
        return schema.text
    }
}
