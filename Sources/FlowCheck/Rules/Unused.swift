import FlowDiagnostics
import FlowExpression
import FlowModel
import FlowYAML

/// FR205, FR208 to FR211: tasks, parameters, secrets, names and anchors that nothing uses, or a name is wrong somewhere.
enum Unused {
    static func check(_ walk: inout CanvasWalk) {
        let document = walk.document
        if !walk.spec.isLibrary {
            checkTasks(&walk.decoder)
            checkNames(&walk.decoder)
        }
        let refused = namesInRefused(walk.decoder.reader)
        for binding in walk.bindings {
            guard let place = binding.place, !binding.isUsed, !walk.hasBrokenExpression,
                !refused.contains(Substring(document.text(place)))
            else { continue }
            walk.decoder.reader.report(
                Diagnostic(
                    .unusedName, "nothing reads '\(document.text(place))'", at: document.span(place)))
        }
        // An alias without its anchor was one of these.
        guard !document.diagnostics.contains(where: { $0.code == .unknownAnchor }) else { return }
        for anchor in document.unusedAnchors {
            let bytes = document.source[Int(anchor.start)...].prefix { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            let name = String(decoding: bytes, as: UTF8.self)
            walk.decoder.reader.report(Diagnostic(.unusedAnchor, "no alias uses the anchor '\(name)'", at: anchor))
        }
    }

    /// The names in expressions that are refused where they stand, such as those in scripts.
    private static func namesInRefused(_ reader: DocumentReader) -> Set<Substring> {
        var names: Set<Substring> = []
        for node in reader.refused {
            names.formUnion(
                reader.document.text(node).split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") })
        }
        return names
    }

    private static func checkTasks(_ decoder: inout WorkflowDecoder) {
        // Where a node lost its task to another mistake, nobody can say which it would have been.
        guard !decoder.isIncomplete else { return }
        for (task, places) in zip(decoder.spec.tasks, decoder.taskPlaces)
        where !places.isUsed && !task.isInline && !places.isIncluded {
            decoder.reader.report(
                Diagnostic(.unusedTask, "no node uses the task '\(task.name)'", at: places.name))
        }
    }

    private static func checkNames(_ decoder: inout WorkflowDecoder) {
        guard !decoder.declarations.parameters.isEmpty || !decoder.declarations.secrets.isEmpty else { return }
        var parameters = NameUse("params")
        var secrets = NameUse("secrets")
        let document = decoder.document
        // Without braces too: conditions have none, and a condition under a misspelt key is still one.
        document.forEachScalar { node in
            let text = document.text(node)
            let isExpression = Template.mayHoldExpression(Array(text.utf8))
            parameters.look(at: text, mayReadWhole: isExpression)
            secrets.look(at: text, mayReadWhole: isExpression)
        }
        for (name, key) in decoder.declarations.parameters.sorted(by: { $0.value.index < $1.value.index })
        where !parameters.isUsed(name) {
            decoder.reader.report(
                Diagnostic(
                    .unusedParameter, "nothing reads the parameter '\(name)'", at: decoder.document.span(key)))
        }
        for (name, key) in decoder.declarations.secrets.sorted(by: { $0.value.index < $1.value.index })
        where !secrets.isUsed(name) {
            decoder.reader.report(
                Diagnostic(.unusedSecret, "nothing reads the secret '\(name)'", at: decoder.document.span(key)))
        }
    }

    /// Which members of a root name are read, found in the text, so that an expression that is wrong counts too.
    private struct NameUse {
        private let root: [UInt8]
        private var names: Set<String> = []
        private var isReadWhole = false

        init(_ root: String) {
            self.root = Array(root.utf8)
        }

        func isUsed(_ name: String) -> Bool {
            // A name that resembles one that is read was probably meant; looking for it costs time.
            isReadWhole || names.contains(name)
                || (names.count <= 200 && Suggestion.nearest(to: name, among: names) != nil)
        }

        mutating func look(at text: String, mayReadWhole: Bool) {
            let before = isReadWhole
            defer { isReadWhole = before || (isReadWhole && mayReadWhole) }
            let bytes = Array(text.utf8)
            var index = 0
            while index + root.count <= bytes.count {
                guard bytes[index] == root[0], bytes[index...].starts(with: root),
                    index == 0 || !Self.isName(bytes[index - 1])
                else {
                    index += 1
                    continue
                }
                index += root.count
                take(bytes, &index)
            }
        }

        /// Takes what follows the root: `.name`, `['name']`, or something that reads the whole.
        private mutating func take(_ bytes: [UInt8], _ index: inout Int) {
            guard index < bytes.count else { return isReadWhole = true }
            if Self.isName(bytes[index]) { return }
            let isIndex = bytes[index] == UInt8(ascii: "[")
            guard bytes[index] == UInt8(ascii: ".") || isIndex else { return isReadWhole = true }
            index += 1
            if isIndex, index < bytes.count {
                guard bytes[index] == UInt8(ascii: "'") || bytes[index] == UInt8(ascii: "\"") else {
                    return isReadWhole = true
                }
                index += 1
            }
            let start = index
            while index < bytes.count, Self.isName(bytes[index]) || bytes[index] == UInt8(ascii: "-") { index += 1 }
            names.insert(String(decoding: bytes[start..<index], as: UTF8.self))
        }

        private static func isName(_ byte: UInt8) -> Bool {
            (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
        }
    }
}
