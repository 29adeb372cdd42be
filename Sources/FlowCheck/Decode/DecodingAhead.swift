import FlowDiagnostics
import FlowLanguage
import FlowYAML

/// Decodes the canvas of a large file while the rest of the file is still being read.
///
/// What is decoded ahead counts only where the canvas turns out to be the last thing in the file and nothing is wrong;
/// else all is decoded again, so that no finding depends on how far the file had been read.
enum DecodingAhead {
    /// Decodes the main file.
    ///
    /// - Returns: The decoder, or the one diagnostic that says why there is no document.
    static func decode(_ files: FileTable, _ options: CheckOptions) -> Result<WorkflowDecoder, YAMLError> {
        do throws(YAMLError) {
            let file = FileID(0)
            let growth = try YAMLGrowth(files[file].bytes, file: file, supply: options.supply)
            var document = growth.take()
            while try growth.readOn(&document) {
                guard let canvas = growth.openValue(in: &document), isCanvas(canvas, in: document) else { continue }
                var decoder = WorkflowDecoder(document, files: files)
                // A second reference would make the document be copied when it grows.
                document = growth.take()
                decoder.reader.growth = growth
                decoder.decode(options.settings)
                decoder.reader.growth = nil
                let wasLast = try growth.finish(&decoder.reader.document, after: canvas)
                if wasLast, !decoder.naming.hasClash, decoder.reader.diagnostics.isEmpty { return .success(decoder) }
                document = decoder.document
                files.forget()
            }
            var decoder = WorkflowDecoder(document, files: files)
            decoder.decode(options.settings)
            return .success(decoder)
        } catch {
            return .failure(error)
        }
    }

    private static func isCanvas(_ value: YAMLNodeID, in document: YAMLDocument) -> Bool {
        let key = YAMLNodeID(Int(value.index) - 1)
        return WorkflowKey(document.text(key)).map { Language.composites.contains($0) } ?? false
    }
}
