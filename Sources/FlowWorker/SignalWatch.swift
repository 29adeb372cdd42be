internal import CFlowProcess
internal import Glibc

/// Signals as something to wait for.
package final class SignalWatch {
    /// Readable when a signal has come.
    package let descriptor: Int32

    /// Takes over signals of this process: before any other thread is started, because threads inherit what is blocked.
    package init(_ signals: [Int32]) {
        descriptor = unsafe flow_signal_descriptor(signals, Int32(signals.count))
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The next signal that has come; nil if none has.
    package func next() -> Int32? {
        let signal = flow_next_signal(descriptor)
        return signal > 0 ? signal : nil
    }
}
