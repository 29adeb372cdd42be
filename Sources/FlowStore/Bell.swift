internal import CFlowProcess
internal import Glibc

/// Wakes the other processes of a store when something has been committed.
///
/// Ringing counts one up in a file that all of them have mapped, and writes into it where anybody listens. It is rung after
/// the commit: who watched the database's own files would be woken before the commit can be seen. By the count it is known
/// without a look into the store whether others have committed.
///
/// The file's folder is watched by dnotify (fcntl(2), `F_NOTIFY`), because to close a watch of inotify takes 15 ms, which
/// each command would pay at its end; inotify(7) serves where the kernel has no dnotify.
@safe package final class Bell {
    private enum Watch {
        case none
        /// A folder, and what tells that a file in it was written to.
        case folder(Int32, signal: Int32)
        case inotify(Int32)
    }

    private let file: Int32
    private let path: String
    private let shared: UnsafeMutablePointer<flow_bell>?
    /// The count that is known: of what was heard, and of this process's own rings since.
    private var known: UInt64 = 0
    /// None for who does not listen, and until it is listened to for the first time.
    private var watch = Watch.none
    private let listens: Bool

    /// The folder of the file that is rung.
    private static func folder(in store: String) -> String { "\(store)/bell" }

    /// The file that is rung, for who has no store open.
    package static func path(in store: String) -> String { "\(folder(in: store))/rung" }

    /// Opens the bell of a store's folder.
    ///
    /// - Parameters:
    ///   - store: The store's folder.
    ///   - listens: Whether ``descriptor`` is to tell when others ring.
    package init(in store: String, listens: Bool) {
        path = Self.path(in: store)
        self.listens = listens
        var file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0 {
            let folder = Self.folder(in: store)
            // The bell was a file of that name.
            if errno == ENOTDIR { unsafe unlink(folder) }
            unsafe mkdir(folder, 0o700)
            file = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        }
        self.file = file
        unsafe shared = file < 0 ? nil : flow_bell_map(file)
    }

    /// A bell that nobody hears, and for which nothing is opened.
    init() {
        file = -1
        path = ""
        listens = false
        unsafe shared = nil
    }

    deinit {
        if let shared = unsafe shared {
            if isListening { unsafe flow_bell_listen(shared, 0) }
            unsafe flow_bell_unmap(shared)
        }
        if file >= 0 { close(file) }
        switch watch {
        case .none: break
        case .folder(let folder, let signal):
            close(folder)
            close(signal)
        case .inotify(let watch): close(watch)
        }
    }

    // MARK: Ringing

    /// Wakes all who listen; a bell that cannot be rung is no error, because everybody looks once a second, too.
    package func ring() {
        guard file >= 0 else { return }
        if let shared = unsafe shared {
            unsafe flow_bell_ring(shared)
            known &+= 1
            // Who begins to listen after this line has not looked into the store yet.
            guard unsafe flow_bell_listeners(shared) > (isListening ? 1 : 0) else { return }
        }
        // What is mapped changes without a notice; what is written behind it does not.
        var byte: UInt8 = 1
        _ = unsafe pwrite(file, &byte, 1, off_t(FLOW_BELL_BYTE))
    }

    // MARK: Listening

    /// How often the bell has been rung; nil where that cannot be known.
    var rings: UInt64? { unsafe shared.map { unsafe flow_bell_rings($0) } }

    /// Whether others may have rung since ``heard(_:)``.
    var wasRungByOthers: Bool { rings.map { $0 != known } ?? true }

    /// Takes note that all is known that was committed before the bell had been rung so often.
    func heard(_ rings: UInt64?) {
        known = rings ?? 0
    }

    private var isListening: Bool {
        if case .none = watch { return false }
        return true
    }

    /// Readable when the bell has been rung since the last ``silence()``; -1 if this process does not listen.
    package var descriptor: Int32 {
        switch watch {
        case .none: -1
        case .folder(_, let signal): signal
        case .inotify(let watch): watch
        }
    }

    /// Forgets what has been rung, and listens from now on; always called by one thread.
    package func silence() {
        guard listens else { return }
        switch watch {
        case .none:
            watch = listen()
            if isListening, let shared = unsafe shared { unsafe flow_bell_listen(shared, 1) }
        case .folder(_, let signal): _ = flow_next_signal(signal)
        case .inotify(let watch):
            unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { buffer in
                while unsafe read(watch, buffer.baseAddress, buffer.count) == buffer.count {}
            }
        }
    }

    /// A process that never waits has no watch to set up.
    private func listen() -> Watch {
        let parent = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let folder = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        let signal = folder >= 0 ? flow_folder_watch(folder) : -1
        if signal >= 0 {
            // What is left of a watch before this one.
            _ = flow_next_signal(signal)
            return .folder(folder, signal: signal)
        }
        if folder >= 0 { close(folder) }
        let watch = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard watch >= 0 else { return .none }
        _ = unsafe inotify_add_watch(watch, path, UInt32(IN_MODIFY))
        return .inotify(watch)
    }
}
