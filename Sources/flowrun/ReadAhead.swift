import FlowRuntime
import FlowYAML
import Glibc

/// Reads the events of a large file on a thread of its own, a few batches ahead of who composes a document of them.
///
/// libyaml takes half of the time of a check, and the composer has enough to do meanwhile.
final class ReadAhead {
    private let shared: Shared
    private let thread: pthread_t

    /// A thread costs more than it saves for a smaller file, in bytes.
    private static let smallest = 128 << 10

    /// Reads ahead of large files where there is a processor for it, and small ones in place.
    static let supply: YAMLSupply = { events in
        guard events.size >= smallest, Host.processorCount > 1, let reader = ReadAhead(events) else {
            return { events.fill(&$0) }
        }
        return { batch in batch = reader.shared.next(after: batch) }
    }

    private init?(_ events: YAMLEvents) {
        let shared = Shared()
        guard let thread = Parallel.start({ shared.fill(from: events) }) else { return nil }
        self.shared = shared
        self.thread = thread
    }

    deinit {
        // Who composes may have seen enough.
        shared.abandon()
        pthread_join(thread, nil)
    }

    /// What the two threads share: it is touched in the lock only.
    @safe private final class Shared: @unchecked Sendable {
        private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        private let change = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        private var batches: [YAMLEventBatch] = []
        private var used: [YAMLEventBatch] = []
        private var isAbandoned = false

        /// How many batches wait at most.
        private static let most = 8

        init() {
            unsafe pthread_mutex_init(lock, nil)
            unsafe pthread_cond_init(change, nil)
        }

        deinit {
            unsafe pthread_cond_destroy(change)
            unsafe pthread_mutex_destroy(lock)
            unsafe change.deallocate()
            unsafe lock.deallocate()
        }

        func fill(from events: YAMLEvents) {
            var isLast = false
            while !isLast {
                var batch = takeUsed()
                events.fill(&batch)
                isLast = batch.isLast
                unsafe pthread_mutex_lock(lock)
                while batches.count >= Self.most, !isAbandoned { unsafe pthread_cond_wait(change, lock) }
                if isAbandoned { isLast = true }
                batches.append(batch)
                unsafe pthread_cond_signal(change)
                unsafe pthread_mutex_unlock(lock)
            }
        }

        /// A batch whose memory is free again.
        private func takeUsed() -> YAMLEventBatch {
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            return used.popLast() ?? YAMLEventBatch()
        }

        func next(after batch: consuming YAMLEventBatch) -> YAMLEventBatch {
            unsafe pthread_mutex_lock(lock)
            defer { unsafe pthread_mutex_unlock(lock) }
            used.append(batch)
            while batches.isEmpty { unsafe pthread_cond_wait(change, lock) }
            // Who fills waits only where there is no room.
            if batches.count == Self.most { unsafe pthread_cond_signal(change) }
            return batches.removeFirst()
        }

        func abandon() {
            unsafe pthread_mutex_lock(lock)
            isAbandoned = true
            unsafe pthread_cond_signal(change)
            unsafe pthread_mutex_unlock(lock)
        }
    }
}
