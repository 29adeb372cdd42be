import FlowCheck
import FlowDiagnostics
import Glibc

/// Applies safe fixes to a file until none is left.
struct FixRun {
    /// What a fix can make possible another one needs: this often, and no more.
    private static let passes = 10

    /// The file as it is in the end, and how it was checked then.
    private(set) var bytes: [UInt8]
    private(set) var workflow: WorkflowFile

    /// Fixes a file in memory; `check` checks bytes as this file.
    init(_ workflow: WorkflowFile, check: ([UInt8]) throws -> WorkflowFile) rethrows {
        bytes = workflow.source.bytes
        self.workflow = workflow
        for _ in 0..<Self.passes {
            let own = self.workflow.checked.diagnostics.filter { finding in
                finding.fixIt?.edits.allSatisfy { $0.span.file == FileID(0) } ?? false
            }
            let outcome = FixApplier(files: self.workflow.checked.files).apply(own)
            guard let fixed = outcome.changed[FileID(0)] else { return }
            let next = try check(fixed)
            // A fix that leaves more errors than there were is none.
            guard errorCount(next) <= errorCount(self.workflow) else { return }
            bytes = fixed
            self.workflow = next
        }
    }

    private func errorCount(_ workflow: WorkflowFile) -> Int {
        workflow.checked.diagnostics.count { $0.severity == .error }
    }

    /// Puts a new text in the place of the old: whole or not at all, with the same mode.
    static func write(_ bytes: [UInt8], to path: String) throws {
        var status = stat()
        let mode = unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0o644
        let target = FileReader.absolute(path)
        let temporary = "\(target).flowrun-\(getpid())"
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw CommandFailure(.unavailable, "cannot write beside \(path)") }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                close(file)
                unsafe unlink(temporary)
                throw CommandFailure(.unavailable, "cannot write \(path)")
            }
            written += count
        }
        fchmod(file, mode)
        let isFlushed = fsync(file) == 0
        close(file)
        guard isFlushed, unsafe rename(temporary, target) == 0 else {
            unsafe unlink(temporary)
            throw CommandFailure(.unavailable, "cannot write \(path)")
        }
    }
}
