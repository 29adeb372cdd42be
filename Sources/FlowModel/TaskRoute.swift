import FlowExpression
package import FlowValue

/// One rule of the setting `task_routes`: the queue, and more, of the tasks that a pattern fits.
package struct TaskRoute: Sendable, Hashable {
    /// The name of a task, in which `*` stands for any text.
    package let pattern: String
    package let options: TaskOptions

    package init(pattern: String, options: TaskOptions) {
        self.pattern = pattern
        self.options = options
    }

    /// Whether the pattern fits a task's name.
    ///
    /// - Complexity: O(name × pattern).
    package func fits(_ name: String) -> Bool {
        let pattern = Array(pattern.utf8)
        let name = Array(name.utf8)
        var (place, position) = (0, 0)
        // Where the last star stands, and how much of the name it has taken.
        var star: (place: Int, taken: Int)?
        while position < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                star = (place, position)
                place += 1
            } else if place < pattern.count, pattern[place] == name[position] || pattern[place] == UInt8(ascii: "?") {
                place += 1
                position += 1
            } else if let last = star {
                star = (last.place, last.taken + 1)
                place = last.place + 1
                position = last.taken + 1
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The rules of the setting's value: a mapping of patterns, a list of pairs, or a list of mappings.
    package static func routes(_ value: JSONValue) -> [TaskRoute] {
        switch value {
        case .object(let rules):
            rules.members.compactMap { rule in options(rule.value).map { TaskRoute(pattern: rule.key, options: $0) } }
        case .array(let rules):
            rules.flatMap { rule -> [TaskRoute] in
                if case .array(let pair) = rule, pair.count == 2, case .string(let pattern) = pair[0] {
                    return options(pair[1]).map { [TaskRoute(pattern: pattern, options: $0)] } ?? []
                }
                return routes(rule)
            }
        case .null, .bool, .int, .float, .string: []
        }
    }

    private static func options(_ value: JSONValue) -> TaskOptions? {
        switch value {
        case .string(let queue):
            var options = TaskOptions()
            options.queue = .value(.literal(.string(queue)))
            return options
        case .object(let object): return TaskOptions(annotation: object)
        case .null, .bool, .int, .float, .array: return nil
        }
    }
}
