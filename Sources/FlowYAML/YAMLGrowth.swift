package import FlowDiagnostics

/// A document that is used while the rest of its file is still being read.
///
/// The document itself is in one place at a time: whoever uses it lends it to be read on.
package final class YAMLGrowth {
    private var composer: YAMLComposer
    private var isComplete = false
    private var failure: YAMLError?

    /// Begins a document, of which nothing has been read.
    ///
    /// - Parameters:
    ///   - source: The bytes of the file.
    ///   - file: What spans will name.
    ///   - supply: How libyaml's events come here; nil for in place.
    /// - Throws: The one diagnostic that says why there is no document.
    package init(_ source: [UInt8], file: FileID, supply: YAMLSupply?) throws(YAMLError) {
        composer = try YAMLComposer(source, file: file, supply: supply)
    }

    /// The document as it stands, which is lent from now on.
    package func take() -> YAMLDocument {
        var document = YAMLDocument(file: composer.document.file, source: composer.source)
        swap(&document, &composer.document)
        return document
    }

    /// Reads on: up to a thousand nodes.
    ///
    /// - Returns: Whether more may come; if not, the document is complete.
    /// - Throws: The one diagnostic that says why there is no document.
    package func readOn(_ document: inout YAMLDocument) throws(YAMLError) -> Bool {
        if let failure { throw failure }
        guard !isComplete else { return false }
        swap(&document, &composer.document)
        defer { swap(&document, &composer.document) }
        do {
            isComplete = try !composer.readOn()
            return !isComplete
        } catch {
            failure = error
            throw error
        }
    }

    /// The value of the last key of the root, where that is a sequence that is still being read and nothing was wrong
    /// before.
    package func openValue(in document: inout YAMLDocument) -> YAMLNodeID? {
        guard document.diagnostics.isEmpty else { return nil }
        swap(&document, &composer.document)
        defer { swap(&document, &composer.document) }
        return composer.openValue
    }

    /// The item after a place in a sequence that may still be read, as soon as the item is complete.
    ///
    /// - Returns: Nil after the last, or where the file is broken, which ``finish(_:after:)`` says.
    package func nextItem(
        _ cursor: inout YAMLDocument.Cursor, of sequence: YAMLNodeID, in document: inout YAMLDocument
    ) -> YAMLNodeID? {
        while document.isBeingRead(sequence), !document.isComplete(cursor.index) {
            guard (try? readOn(&document)) == true else { break }
        }
        cursor.end = Int(document.records[Int(sequence.index)].payload)
        guard failure == nil else { return nil }
        return document.nextItem(&cursor)
    }

    /// Reads to the end.
    ///
    /// - Returns: Whether nothing came after a value of the root, and nothing is wrong with the file.
    /// - Throws: The one diagnostic that says why there is no document.
    package func finish(_ document: inout YAMLDocument, after value: YAMLNodeID) throws(YAMLError) -> Bool {
        while try readOn(&document) {}
        return Int(document.records[Int(value.index)].payload) == document.count && document.diagnostics.isEmpty
    }
}

extension YAMLDocument {
    /// Whether a collection may get more children.
    func isBeingRead(_ node: YAMLNodeID) -> Bool {
        switch records[Int(node.index)].kind {
        case .sequence, .mapping: records[Int(node.index)].payload == Self.isOpen
        case .scalar, .alias: false
        }
    }

    /// Whether a node has been read, with all that is below it.
    func isComplete(_ index: Int) -> Bool {
        guard index < records.count else { return false }
        switch records[index].kind {
        case .scalar, .alias: return true
        case .sequence, .mapping: return records[index].payload != Self.isOpen
        }
    }
}
