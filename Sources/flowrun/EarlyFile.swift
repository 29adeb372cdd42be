import FlowThreads
import FlowYAML
import Synchronization

/// A large workflow file that is being read while the command line is not understood yet, which takes two milliseconds.
///
/// It is a guess: what has been read is used where a command reads that very file, and else nothing comes of it.
final class EarlyFile: Sendable {
    private let path: String
    /// The bytes of the file; nil if it cannot be read.
    private let bytes = Handover<[UInt8]?>(room: 1)
    private let reader: ReadAhead

    private static let guessed = Mutex<EarlyFile?>(nil)

    /// Begins to read the first large file among the arguments, where there is a processor for it.
    static func guess(_ arguments: some Sequence<String>) {
        let path = arguments.first { ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) && ReadAhead.paysOff(for: $0) }
        guard let path else { return }
        let file = EarlyFile(path)
        guessed.withLock { $0 = file }
    }

    /// What was begun to be read, if it is this file: its bytes, and how their events come.
    ///
    /// It is given once: a file that is read again may be another one by then.
    static func take(_ path: String) -> (bytes: [UInt8], supply: YAMLSupply)? {
        let file = guessed.withLock { file in
            guard file?.path == path else { return nil as EarlyFile? }
            defer { file = nil }
            return file
        }
        guard let file, let bytes = file.bytes.take() ?? nil else { return nil }
        return (bytes, { [reader = file.reader] _ in { reader.next(&$0) } })
    }

    private init?(_ path: String) {
        let bytes = bytes
        let reader = ReadAhead {
            let read = FileReader.contents(of: path)
            bytes.put(read)
            return read.flatMap { YAMLEvents(of: $0) }
        }
        guard let reader else { return nil }
        self.path = path
        self.reader = reader
    }
}
