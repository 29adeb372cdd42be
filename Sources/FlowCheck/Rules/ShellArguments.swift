import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowYAML

/// FR306: a script that uses `$3` where its task declares two arguments.
enum ShellArguments {
    static func check(_ decoder: inout WorkflowDecoder) {
        for (task, places) in zip(decoder.spec.tasks, decoder.taskPlaces) {
            guard case .run(let script) = task.kind, let signature = task.signature, !signature.takesRest,
                let node = places.node, let run = decoder.document.value(of: "run", in: node),
                script.utf8.contains(UInt8(ascii: "$"))
            else { continue }
            guard isShell(task.shell), !rebinds(script) else { continue }
            let count = signature.arguments.count
            for use in positionalUses(Array(script.utf8)) where use.number > count {
                let declared = count == 0 ? "no argument" : count == 1 ? "1 argument" : "\(count) arguments"
                decoder.reader.report(
                    Diagnostic(
                        .undeclaredArgument, "the script uses $\(use.number), and '\(task.name)' declares \(declared)",
                        at: decoder.reader.span(.init(use.range.lowerBound, use.range.upperBound), in: run),
                        notes: places.args.map { [.init("declared here", at: $0)] } ?? []))
            }
        }
    }

    /// Whether a script is one of a shell with `$1`.
    private static func isShell(_ shell: [String]?) -> Bool {
        guard let program = shell?.first?.split(separator: "/").last else { return true }
        return ["bash", "sh", "dash", "ksh", "zsh", "ash"].contains(program)
    }

    /// Whether a script gives its positional parameters other values, or holds text that is not its own.
    private static func rebinds(_ script: String) -> Bool {
        ["set --", "()", "function ", "shift", "<<"].contains { script.contains($0) }
    }

    /// Every `$N` and `${N…}` outside single quotes and comments; one with a default (`${3:-x}`) may be unset.
    private static func positionalUses(_ script: [UInt8]) -> [(number: Int, range: Range<Int>)] {
        var uses: [(number: Int, range: Range<Int>)] = []
        var index = 0
        var isInDouble = false
        while index < script.count {
            let byte = script[index]
            if byte == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isInDouble.toggle() }
            if !isInDouble, byte == UInt8(ascii: "'") {
                index = (script[(index + 1)...].firstIndex(of: byte) ?? script.count) + 1
                continue
            }
            if !isInDouble, byte == UInt8(ascii: "#"), index == 0 || [0x20, 0x09, 0x0A].contains(script[index - 1]) {
                index = script[index...].firstIndex(of: 0x0A) ?? script.count
                continue
            }
            guard byte == UInt8(ascii: "$"), let use = use(script, at: index) else {
                index += 1
                continue
            }
            if use.number > 0 { uses.append(use) }
            index = use.range.upperBound
        }
        return uses
    }

    private static func use(_ script: [UInt8], at start: Int) -> (number: Int, range: Range<Int>)? {
        func digit(_ index: Int) -> Int? {
            guard index < script.count, script[index] &- UInt8(ascii: "0") < 10 else { return nil }
            return Int(script[index] - UInt8(ascii: "0"))
        }
        if let digit = digit(start + 1) { return (digit, start..<start + 2) }
        guard start + 1 < script.count, script[start + 1] == UInt8(ascii: "{") else { return nil }
        var index = start + 2
        var number = 0
        while let digit = digit(index), number < 1000 {
            number = number * 10 + digit
            index += 1
        }
        guard index > start + 2, index < script.count, script[index] == UInt8(ascii: "}") else { return nil }
        return (number, start..<index + 1)
    }
}
