/// Prints a canvas as a workflow file: the root's keys in block style, all below in flow style.
///
/// ```yaml
/// flowrun: 1
/// name: random-7
/// tasks:
///   t2: {exec: [x], returns: json}
/// id: n1
/// chain:
///   - {id: n2, s: t2, args: ["a"]}
/// ```
struct CanvasYAML {
    private var tasks: [String: String] = [:]
    private var names: [String] = []

    static func text(of root: ReferenceNode, name: String) -> String {
        var printer = CanvasYAML()
        // The tasks are found while the canvas is printed, and stand before it.
        var canvas = ""
        for entry in printer.entries(of: root, spreads: true) {
            canvas += entry.value.hasPrefix("\n") ? "\(entry.key):\(entry.value)\n" : "\(entry.key): \(entry.value)\n"
        }
        var text = "flowrun: 1\nname: \(name)\n"
        if !printer.names.isEmpty { text += "tasks:\n" }
        for task in printer.names {
            text += "  \(task): {\(printer.tasks[task] ?? "")}\n"
        }
        return text + canvas
    }

    private typealias Entry = (key: String, value: String)

    private mutating func flow(_ node: ReferenceNode) -> String {
        "{" + entries(of: node, spreads: false).map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
    }

    private mutating func flow(_ nodes: [ReferenceNode], spreads: Bool) -> String {
        let texts = nodes.map { flow($0) }
        guard spreads, !texts.isEmpty else { return "[" + texts.joined(separator: ", ") + "]" }
        return texts.map { "\n  - " + $0 }.joined()
    }

    private mutating func entries(of node: ReferenceNode, spreads: Bool) -> [Entry] {
        var entries: [Entry] = [("id", node.id)]
        if let needs = node.needs { entries.append(("needs", text(of: needs))) }
        if let fanOut = node.fanOut { entries += fanOutEntries(fanOut, maxAtOnce: node.options.maxAtOnce) }
        if let when = node.when { entries.append(("when", ReferenceJSON.quoted(text(of: when)))) }
        entries += kindEntries(node, spreads: spreads)
        if node.allowsFailure { entries.append(("allow_failure", "true")) }
        if node.failsFast { entries.append(("fail_fast", "true")) }
        entries += optionEntries(node.options)
        entries += callbackEntries("link", node.links)
        entries += callbackEntries("link_error", node.linkErrors)
        return entries
    }

    private mutating func callbackEntries(_ key: String, _ callbacks: [ReferenceNode]) -> [Entry] {
        guard let first = callbacks.first else { return [] }
        // One may stand alone, without a list.
        return [(key, callbacks.count == 1 ? flow(first) : flow(callbacks, spreads: false))]
    }

    // MARK: - Kinds

    private mutating func kindEntries(_ node: ReferenceNode, spreads: Bool) -> [Entry] {
        switch node.kind {
        case .task(let call): return callEntries(call, node.options)
        case .map(let task, let items, let isStar):
            declare(task, node.options)
            return [(isStar ? "starmap" : "map", task), ("items", text(of: items))]
        case .chunks(let task, let items, let size):
            declare(task, node.options)
            return [("chunks", task), ("items", text(of: items)), ("size", String(size))]
        case .chain(let members): return [("chain", flow(members, spreads: spreads))]
        case .group(let members): return [("group", flow(members, spreads: spreads))]
        case .chord(let header, let body): return [("chord", flow(header, spreads: spreads)), ("body", flow(body))]
        case .steps(let members): return [("steps", flow(members, spreads: spreads))]
        }
    }

    private mutating func callEntries(_ call: ReferenceCall, _ options: ReferenceOptions) -> [Entry] {
        declare(call.task, options)
        var entries: [Entry] = [(call.isImmutable && !call.spellsImmutableOut ? "si" : "s", call.task)]
        if call.isImmutable, call.spellsImmutableOut { entries.append(("immutable", "true")) }
        if !call.args.isEmpty {
            entries.append(("args", "[" + call.args.map(text(of:)).joined(separator: ", ") + "]"))
        }
        if !call.kwargs.isEmpty {
            let pairs = call.kwargs.map { "\($0.key): \(text(of: $0.value))" }
            entries.append(("kwargs", "{" + pairs.joined(separator: ", ") + "}"))
        }
        return entries
    }

    /// `returns: json` fits every use, where the default, text, would not fit a fan-out over the result.
    private mutating func declare(_ task: String, _ options: ReferenceOptions) {
        let retries = options.declaresRetriesOnTask ? retryEntries(options).map { ", \($0.key): \($0.value)" } : []
        names.append(task)
        tasks[task] = "exec: [x], returns: json" + retries.joined()
    }

    // MARK: - Modifiers

    private func fanOutEntries(_ fanOut: ReferenceFanOut, maxAtOnce: Int?) -> [Entry] {
        var entries: [Entry]
        switch fanOut {
        case .list(let items, let name, let prefix):
            entries = [("foreach", ReferenceJSON.array(items).text)]
            if name != "item" { entries.append(("as", name)) }
            if let prefix { entries.append(("key", ReferenceJSON.quoted("\(prefix)${{ \(name) }}"))) }
        case .parent(let name):
            entries = [("foreach", "\"${{ parent }}\"")]
            if name != "item" { entries.append(("as", name)) }
        case .matrix(let axes):
            let pairs = axes.map { "\($0.name): \(ReferenceJSON.array($0.values).text)" }
            entries = [("matrix", "{" + pairs.joined(separator: ", ") + "}")]
        }
        if case .matrix = fanOut { return entries }
        if let maxAtOnce { entries.append(("max", String(maxAtOnce))) }
        return entries
    }

    private func optionEntries(_ options: ReferenceOptions) -> [Entry] {
        var entries = options.declaresRetriesOnTask ? [] : retryEntries(options)
        if let expires = options.expires { entries.append(("expires", String(expires))) }
        if let countdown = options.countdown { entries.append(("countdown", String(countdown))) }
        if let timeLimit = options.timeLimit { entries.append(("time_limit", String(timeLimit))) }
        if let priority = options.priority { entries.append(("priority", String(priority))) }
        if let ignoresResult = options.ignoresResult { entries.append(("ignore_result", String(ignoresResult))) }
        return entries
    }

    private func retryEntries(_ options: ReferenceOptions) -> [Entry] {
        var entries: [Entry] = []
        if let retry = options.retry { entries.append(("retry", String(retry))) }
        if let written = options.maxRetries {
            entries.append(("max_retries", written.map(String.init) ?? "null"))
        }
        if !options.autoretryFor.isEmpty {
            entries.append(("autoretry_for", "[" + options.autoretryFor.joined(separator: ", ") + "]"))
        }
        return entries
    }

    private func text(of needs: ReferenceNeeds) -> String {
        switch needs {
        case .one(let step): return step
        case .list(let steps): return "[" + steps.joined(separator: ", ") + "]"
        case .ends(let needs):
            let pairs = needs.map { need in
                let ends = need.ends.map(\.rawValue).joined(separator: ", ")
                return need.step + ": " + (need.ends.count == 1 ? ends : "[\(ends)]")
            }
            return "{" + pairs.joined(separator: ", ") + "}"
        }
    }

    // MARK: - Expressions

    private func text(of value: ReferenceValue) -> String {
        switch value {
        case .literal(let json): json.text
        case .parent: "\"${{ parent }}\""
        case .name(let name): "\"${{ \(name) }}\""
        case .text(let before, let name): ReferenceJSON.quoted(before + "${{ \(name) }}")
        case .stepResult(let step): "\"${{ steps.\(step).result }}\""
        case .stepState(let step): "\"${{ steps.\(step).state }}\""
        }
    }

    private func text(of items: ReferenceItems) -> String {
        switch items {
        case .list(let items): ReferenceJSON.array(items).text
        case .parent: "\"${{ parent }}\""
        }
    }

    private func text(of condition: ReferenceCondition) -> String {
        switch condition {
        case .constant(let flag): flag ? "1 == 1" : "1 == 2"
        case .nameIsNot(let name, .string(let text)): "\(name) != '\(text)'"
        case .nameIsNot(let name, let other): "\(name) != \(other.text)"
        case .stepStateIs(let step, let state): "steps.\(step).state == '\(state.rawValue)'"
        }
    }
}
