internal import FlowExpression
internal import FlowModel

/// The pages of the reference, made of ``Language`` and of the settings.
///
/// They say what the data says. Equal input gives equal text.
package enum ReferencePage {
    /// The text of `docs/reference.md`: every mapping of the language with its keys, and the words that are values.
    package static var language: String {
        let parts =
            [introduction] + Shape.Name.allCases.map { section(Language.shape($0)) } + [
                options, canvas, builtIns, words, foreign,
            ]
        return parts.joined(separator: "\n")
    }

    private static let introduction = """
        # Reference

        What a workflow file can hold. Made of `Sources/FlowLanguage` by the tests; edit it there.

        - **Expressions**: whether `${{ … }}` may stand in the value.
        - **null**: whether `null` is allowed, and clears what a farther level sets.
        - A key that begins with `x-` is the user's own, in each of these mappings and in `tasks`, `params`, `secrets` and
          `settings`.

        """

    // MARK: Shapes

    private static func section(_ shape: Shape) -> String {
        let intro = "## \(heading(shape.title))\n\n\(shape.summary)\n\n"
        switch shape.name {
        case .workflow:
            return intro + table(of: shape.keys.filter { Language.headerKeys.contains($0.key) }, in: shape)
                + "\nEvery other key of a node may stand here too, but `needs`: the file is the root node.\n"
        case .task, .node:
            return intro + table(of: shape.keys.filter { !isOption($0) }, in: shape)
                + "\nAnd the [options](#options).\n"
        case .parameter, .secret, .schedule, .concurrency, .http, .cache:
            return intro + table(of: shape.keys, in: shape)
        }
    }

    /// The keys that a task and a node share and that a nearer level can clear.
    private static func isOption(_ spec: KeySpec) -> Bool { spec.isNullable }

    private static var options: String {
        let node = Language.shape(.node)
        return """
            ## Options

            They stand on a node, on its task or, as settings, for all tasks; the nearest wins.


            """ + table(of: node.keys.filter(isOption), in: node)
    }

    private static func table(of keys: [KeySpec], in shape: Shape) -> String {
        let cells = keys.map { spec in
            [
                code(spec.key.rawValue), spec.form.words, spec.summary, spec.takesExpressions ? "yes" : "",
                spec.isNullable ? "yes" : "", place(of: spec, in: shape),
            ]
        }
        // A column that says nothing is left out.
        let head = ["Key", "Value", "Meaning", "Expressions", "null", "Where"]
        let columns = head.indices.filter { column in cells.contains { !$0[column].isEmpty } }
        func shown(_ row: [String]) -> String { self.row(columns.map { row[$0] }) }
        return shown(head) + shown(head.map { _ in "---" }) + cells.map(shown).joined()
    }

    private static func heading(_ title: String) -> String {
        let words = title.split(separator: " ").dropFirst().map { $0 == "http" ? "HTTP" : $0 }.joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    private static func place(of spec: KeySpec, in shape: Shape) -> String {
        func list(_ keys: WorkflowKeySet) -> String? {
            if keys == Language.taskKinds { return "an inline task" }
            if keys == Language.taskKinds.union([.s, .si]) { return "`s`, `si` or an inline task" }
            let known = keys.keys.filter { shape[$0] != nil }
            return known.isEmpty ? nil : known.map { code($0.rawValue) }.joined(separator: ", ")
        }
        var parts: [String] = []
        if spec.isRequired { parts.append("required") }
        if spec.key == .needs { parts.append("in the nodes of `steps`") }
        if let keys = list(spec.beside) { parts.append("beside \(keys)") }
        if let keys = list(spec.notBeside) { parts.append("not beside \(keys)") }
        return parts.joined(separator: "; ")
    }

    // MARK: Words

    private static var canvas: String {
        """
        ## Sets of keys

        \(row(["Set", "Keys"]))\(row(["---", "---"]))\
        \(row(["a node has exactly one of", names(Language.canvas)]))\
        \(row(["a task has exactly one of", names(Language.taskKinds)]))\
        \(row(["composites", names(Language.composites)]))\
        \(row(["options of retries, which a composite cannot have", names(Language.retryOptions)]))\
        \(row(["beside `foreach` or `matrix` these are the group's, all else is each copy's", names(Language.fanOut)]))\
        \(row(["a file with no other keys is a library", names(Language.library)]))
        """
    }

    private static var builtIns: String {
        var text = "## Built-in tasks\n\n" + row(["Task", "Arguments"]) + row(["---", "---"])
        for task in BuiltinTask.allCases {
            let signature = task.signature
            var arguments = signature.arguments.map { argument in
                code("\(argument.name): \(argument.type.text)") + (argument.defaultValue == nil ? "" : ", optional")
            }
            if signature.takesRest { arguments.insert(code("*rest"), at: 0) }
            text += row([code("std.\(task.rawValue)"), arguments.joined(separator: "; ")])
        }
        return text
    }

    private static var words: String {
        var text = "## Types\n\n" + row(["Type", "Meaning"]) + row(["---", "---"])
        for type in LanguageWords.types { text += row([code(type.name), type.meaning]) }
        text += row([code("list<T>"), "a list, each of type `T`"])
        text += row([code("{k: T}"), "a mapping with these keys; it may have more"])
        text += row([code("T|U"), "one of the types"])
        text += "\n## Error classes\n\nWhat `autoretry_for` and `dont_autoretry_for` name.\n\n"
        text += row(["Class", "Meaning"]) + row(["---", "---"])
        for name in LanguageWords.errorClasses { text += row([code(name.name), name.meaning]) }
        text += row([code("exit:N"), "the program ended with exit code N, from 1 to 255"])
        text += row(["a Python class or dotted name", "the exception of a Python task, or one of its bases"])
        text += "\n## Functions of expressions\n\n" + row(["Function", "Arguments"]) + row(["---", "---"])
        for function in ExpressionFunction.allCases {
            let arity = function.arity
            let few = String(arity.lowerBound)
            let most = arity.upperBound < 64 ? "to \(arity.upperBound)" : "or more"
            let count = arity.count == 1 ? few : "\(few) \(most)"
            text += row([code(function.rawValue), count])
        }
        return text
    }

    private static var foreign: String {
        var text = """
            ## Words of other tools

            `check` shows the word that is meant; `check --fix` renames a key only where the value is valid there.


            """
        text += row(["Word", "Here", "`--fix` may rename it"]) + row(["---", "---", "---"])
        for (word, meant) in Language.foreign.sorted(by: { $0.key < $1.key }) {
            text += row([code(word), code(meant.key.rawValue), meant.isSame ? "yes" : "no"])
        }
        return text
    }

    // MARK: Markdown

    static func code(_ text: String) -> String { "`\(text)`" }

    private static func names(_ keys: WorkflowKeySet) -> String {
        keys.keys.map { code($0.rawValue) }.joined(separator: " ")
    }

    /// A row of a table; a bar within a cell is escaped.
    static func row(_ cells: [String]) -> String {
        let escaped = cells.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
        return "| " + escaped.joined(separator: " | ") + " |\n"
    }
}
