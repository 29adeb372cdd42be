import FlowDiagnostics
import FlowModel
import FlowYAML

/// How far the nodes of a file have been named.
struct NodeNaming {
    /// Nodes that have the id of an earlier one.
    var duplicates: [(node: Int, first: Int)] = []
    /// Whether a node has been given an id that a later one turned out to have: all must be named once more.
    var hasClash = false
    /// How many nodes have their names.
    fileprivate var count = 0
    fileprivate var numbers = Numbers()
    fileprivate var callbacks: [Callbacks: Int] = [:]
    /// What a step that calls a task is named, by the task's index.
    fileprivate var taskNames: [String] = []

    /// The callbacks of one kind on one node.
    fileprivate struct Callbacks: Hashable {
        let parent: SpecIndex
        let isOnError: Bool
    }

    /// Tells nodes of one name apart: the first has the name alone.
    fileprivate struct Numbers {
        private var used: [String: Int] = [:]
        // Nodes of one name mostly follow each other.
        private var name = ""
        private var number = 0
        /// The name and its number, as text that is counted up: to put both together each time takes thrice as long.
        private var text: [UInt8] = []

        mutating func next(of name: String) -> String {
            if name != self.name {
                used[self.name] = number
                number = used[name] ?? 0
                self.name = name
                text = Array("\(name)-\(number)".utf8)
            }
            number += 1
            countUp()
            return number == 1 ? name : String(decoding: text, as: UTF8.self)
        }

        private mutating func countUp() {
            var place = text.count - 1
            while text[place] == UInt8(ascii: "9") {
                text[place] = UInt8(ascii: "0")
                place -= 1
            }
            if text[place] == UInt8(ascii: "-") {
                text.insert(UInt8(ascii: "1"), at: place + 1)
            } else {
                text[place] += 1
            }
        }
    }
}

extension WorkflowDecoder {
    /// Enters a node by the id that it has been given.
    mutating func enterID(of node: Int) {
        guard !spec.nodes[node].id.isEmpty, let first = nodeIDs.enter(node, among: spec.nodes) else { return }
        if first < naming.count, places[first].idNode == nil { naming.hasClash = true }
        naming.duplicates.append((node, first))
    }

    /// Reports ids that stand twice, and gives nodes without one their names.
    mutating func nameNodes() {
        for (node, first) in naming.duplicates {
            let id = spec.nodes[node].id
            // A node that stands twice because of an alias is named twice by one id.
            guard places[first].node != places[node].node else { continue }
            let place = places[node].idNode ?? places[node].node
            let note =
                places[first].idNode.map { [Diagnostic.Note("first here", at: reader.document.span($0))] } ?? []
            reader.report(
                Diagnostic(
                    .duplicateID, "the id '\(id)' stands twice", at: reader.document.span(place), notes: note))
        }
        nameAhead()
    }

    /// Gives the nodes that have been decoded so far, and have no id, their names.
    mutating func nameAhead() {
        while naming.taskNames.count < spec.tasks.count {
            naming.taskNames.append(Self.stepName(spec.tasks[naming.taskNames.count]))
        }
        for index in naming.count..<spec.nodes.count {
            let position = callbackPosition(of: index)
            guard spec.nodes[index].id.isEmpty else { continue }
            if case .copy = spec.nodes[index].role, let parent = spec.nodes[index].parent {
                spec.nodes[index].id = spec[parent].id
                continue
            }
            let name = defaultName(index, position)
            repeat {
                spec.nodes[index].id = naming.numbers.next(of: name)
            } while nodeIDs.enter(index, among: spec.nodes) != nil
        }
        naming.count = spec.nodes.count
    }

    /// The position of a callback among those of its kind on one node, from 1; nil for other nodes.
    private mutating func callbackPosition(of index: Int) -> Int? {
        let isOnError: Bool
        switch spec.nodes[index].role {
        case .link: isOnError = false
        case .linkError: isOnError = true
        case .root, .member, .body, .copy, .onExit: return nil
        }
        guard let parent = spec.nodes[index].parent else { return nil }
        let position = naming.callbacks[NodeNaming.Callbacks(parent: parent, isOnError: isOnError), default: 0] + 1
        naming.callbacks[NodeNaming.Callbacks(parent: parent, isOnError: isOnError)] = position
        return position
    }

    /// What a step that calls a task is named: the last part of the task's name.
    private static func stepName(_ task: TaskSpec) -> String {
        let last = task.name.split(separator: ".").last.map(String.init) ?? task.name
        let isName = last.utf8.allSatisfy { byte in
            (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-")
        }
        return isName ? last : "task"
    }

    private func defaultName(_ index: Int, _ callbackPosition: Int?) -> String {
        if let callbackPosition, let parent = spec.nodes[index].parent {
            let isOnError = spec.nodes[index].role == .linkError
            return "\(spec[parent].id).\(isOnError ? "link_error" : "link")\(callbackPosition)"
        }
        if spec.nodes[index].taskIndex != .max { return naming.taskNames[Int(spec.nodes[index].taskIndex)] }
        if spec.nodes[index].kind == .fanOut {
            return index + 1 < spec.nodes.count ? defaultName(index + 1, nil) : "foreach"
        }
        return "\(spec.nodes[index].kind)"
    }
}
