import FlowDiagnostics
import FlowYAML
import Testing

/// What a document says, with the places of all nodes.
private func description(_ outcome: Result<YAMLDocument, YAMLError>) -> String {
    switch outcome {
    case .failure(let error): return "\(error.diagnostic)"
    case .success(let document):
        var lines: [String] = document.diagnostics.map { "\($0)" }
        for index in 0..<document.count {
            let node = YAMLNodeID(index)
            lines.append("\(document.kind(node)) \(document.style(node)) \(document.span(node)) \(document.text(node))")
        }
        return lines.joined(separator: "\n")
    }
}

@Suite struct `a supply of events` {
    /// More events than go into one batch, of all kinds, with wide characters.
    private static let large: String = {
        var text = "défs: &all {a: 1, b: 'two', c: \"th\\tree\"}\nsteps:\n"
        for number in 0..<4_000 {
            text += "  - id: step-\(number)\n    text: >\n      folded\n      漢字 \(number)\n    same: *all\n"
        }
        return text
    }()

    @Test(arguments: [
        large, large + "bad: [1, 2\n", large + "---\nsecond: document\n", large + "tagged: !wrong text\n",
        large + "a: 1\na: 2\n", "---\n" + large, "a: 1\n---\n" + large, "", "a: \"open\n", "a: *unknown\n",
    ])
    func `brings the same document and the same problems as reading in place`(_ text: String) {
        let bytes = Array(text.utf8)
        let inPlace = description(YAMLComposer.compose(bytes, file: FileID(0)))
        // Each batch is a new one, as it is where two threads hand them on.
        let handed = YAMLComposer.compose(bytes, file: FileID(0)) { events in
            { batch in
                var other = YAMLEventBatch()
                events.fill(&other)
                batch = other
            }
        }
        #expect(description(handed) == inPlace)
    }

    @Test func `is asked for no more than it has`() throws {
        let bytes = Array(Self.large.utf8)
        let document = try YAMLComposer.compose(bytes, file: FileID(0)) { events in
            #expect(events.size == bytes.count)
            var isOver = false
            return { batch in
                #expect(!isOver)
                events.fill(&batch)
                isOver = batch.isLast
            }
        }.get()
        #expect(document.count > 8_192)
    }
}
