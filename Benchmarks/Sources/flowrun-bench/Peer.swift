import Foundation

/// A task queue that flowrun is compared with; a program in `Peers/` measures it.
enum Peer: String {
    case celery, huey

    /// The work that the programs know.
    enum Work: String {
        case group, chain, chord
        case roundTrip = "round-trip"
    }

    var program: String { "on_\(rawValue).py" }

    /// As a reader would call it.
    var title: String {
        switch self {
        case .celery: "Celery on Redis (prefork, 2 processes)"
        case .huey: "huey on SQLite, not synced"
        }
    }

    /// What must be in `PATH` for it.
    fileprivate var servers: [String] {
        switch self {
        case .celery: ["redis-server"]
        case .huey: []
        }
    }
}

/// What a peer's program prints, in seconds.
struct PeerFigures: Decodable {
    /// From the first submission to the last result read.
    var seconds: Double?
    /// Half of the round trips took no longer.
    var p50: Double?
}

extension Session {
    /// Measures a peer once, its worker warm.
    ///
    /// - Throws: ``MissingPeer`` when this machine lacks a part of it.
    func measure(_ peer: Peer, _ work: Peer.Work, count: Int) throws -> PeerFigures {
        for server in peer.servers { _ = try program(server) }
        guard let python = options.python else { throw MissingPeer(program: "Python with \(peer.rawValue)") }
        let script = "\(options.peers)/\(peer.program)"
        guard FileManager.default.fileExists(atPath: script) else { throw MissingPeer(program: peer.program) }
        // -B: no compiled files among the sources.
        let measurement = ChildProcess(
            program: python, arguments: ["-B", script, work.rawValue, "\(count)"], folder: scratch.path,
            output: .init(in: scratch.path))
        try measurement.run(expecting: 0)
        return try JSONDecoder().decode(PeerFigures.self, from: Data(try measurement.printed().utf8))
    }

    /// The seconds that a peer takes for so much work.
    func seconds(of peer: Peer, _ work: Peer.Work, count: Int) throws -> Double {
        guard let seconds = try measure(peer, work, count: count).seconds else {
            throw BenchError("\(peer.program) does not say how long it took")
        }
        return seconds
    }

    /// The same, but measured only once in a run of the harness: for what takes long and several benchmarks want.
    func secondsMeasuredOnce(of peer: Peer, _ work: Peer.Work, count: Int) throws -> Double {
        try onceMeasured.value(of: "\(peer) \(work) \(count)") { try seconds(of: peer, work, count: count) }
    }

    /// The first file of that name in `PATH` that can be executed.
    ///
    /// - Throws: ``MissingPeer``.
    func program(_ name: String) throws -> String {
        let folders = ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
        let paths = folders.map { "\($0)/\(name)" }
        guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw MissingPeer(program: name)
        }
        return path
    }
}

/// Figures that one benchmark has measured and others read.
final class OnceMeasured {
    private var values: [String: Double] = [:]

    func value(of key: String, measure: () throws -> Double) rethrows -> Double {
        if let value = values[key] { return value }
        let value = try measure()
        values[key] = value
        return value
    }
}
