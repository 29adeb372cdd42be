import FlowRuntime
import FlowThreads
import FlowYAML
import Glibc

/// Reads the events of a large file on a thread of its own, a few batches ahead of who composes a document of them.
///
/// libyaml takes half of the time of a check, and the composer has enough to do meanwhile.
final class ReadAhead: Sendable {
    private let batches = Handover<YAMLEventBatch>(room: 8)
    /// Batches whose memory is free again: as many as wait, the one that is filled and the one that is read.
    private let used = Handover<YAMLEventBatch>(room: 10)
    private let thread: WorkThread

    /// A thread costs more than it saves for a smaller file, in bytes.
    private static let smallest = 128 << 10

    /// Whether a file is large enough, and there is a processor for it.
    static func paysOff(for path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size >= smallest
            && Parallel.processorCount > 1
    }

    /// Reads ahead of large files where there is a processor for it, and small ones in place.
    static let supply: YAMLSupply = { events in
        guard events.size >= smallest, Parallel.processorCount > 1, let reader = ReadAhead({ events }) else {
            return { events.fill(&$0) }
        }
        return { reader.next(&$0) }
    }

    /// Starts the thread.
    ///
    /// - Parameter source: Gives the events, on that thread; where it gives none, nobody may ask for any.
    init?(_ source: @escaping @Sendable () -> YAMLEvents?) {
        let (batches, used) = (batches, used)
        let thread = WorkThread {
            guard let events = source() else { return }
            var isLast = false
            while !isLast {
                var batch = used.takeIfAny() ?? YAMLEventBatch()
                events.fill(&batch)
                isLast = batch.isLast
                // Who composes may have seen enough.
                if !batches.put(consume batch) { return }
            }
        }
        guard let thread else { return nil }
        self.thread = thread
    }

    deinit {
        batches.close()
        thread.join()
    }

    /// Puts the next batch in the place of one that was used.
    func next(_ batch: inout YAMLEventBatch) {
        var empty = YAMLEventBatch()
        swap(&empty, &batch)
        // Who fills it must be the only one to have it.
        used.put(consume empty)
        guard let next = batches.take() else { preconditionFailure("the last batch says so") }
        batch = next
    }
}
