import Foundation

/// What figures depend on beside flowrun: the date, the versions of everything, and the machine.
struct Setting {
    /// In the order they are shown; a value is "?" where a program does not say.
    let entries: [(name: String, value: String)]

    init(session: Session, machine: String, fileSystem: String) {
        let flowrun = Self.firstLine(of: session.options.flowrun, ["--version"], session)
        func line(_ program: String, _ arguments: [String]) -> String? {
            (try? session.program(program)).flatMap { Self.firstLine(of: $0, arguments, session) }
        }
        func distribution(_ name: String) -> String? {
            let code = "import importlib.metadata as m; print(m.version('\(name)'))"
            return session.options.python.flatMap { Self.firstLine(of: $0, ["-c", code], session) }
        }
        let values: [(String, String?)] = [
            ("date", Self.today),
            ("flowrun", flowrun.map(Self.version(in:))),
            ("Swift", line("swift", ["--version"]).map(Self.version(in:))),
            ("SQLite", line("pkg-config", ["--modversion", "sqlite3"])),
            ("libyaml", line("pkg-config", ["--modversion", "yaml-0.1"])),
            ("Celery", distribution("celery")),
            ("huey", distribution("huey")),
            ("Redis", line("redis-server", ["--version"]).map(Self.version(in:))),
            ("ninja", line("ninja", ["--version"])),
            ("kernel", line("uname", ["-sr"])),
            ("machine", machine),
            ("file system", fileSystem),
        ]
        entries = values.map { (name: $0, value: $1 ?? "?") }
    }

    /// The day, as ISO 8601 writes it.
    private static var today: String {
        Date.now.formatted(.iso8601.year().month().day())
    }

    /// The first number with points in a line such as `Redis server v=7.0.15 bits=64`.
    private static func version(in line: String) -> String {
        let words = line.split { $0 == " " || $0 == "=" }
        return words.first { $0.first?.isNumber == true && $0.contains(".") }.map(String.init) ?? line
    }

    /// What a program says first on standard output; nil when it fails.
    private static func firstLine(of program: String, _ arguments: [String], _ session: Session) -> String? {
        let child = ChildProcess(
            program: program, arguments: arguments, folder: session.scratch.path,
            output: .init(in: session.scratch.path))
        guard let outcome = try? child.run(), outcome.status == 0, let text = try? child.printed() else { return nil }
        return text.split(separator: "\n").first.map(String.init)
    }
}
