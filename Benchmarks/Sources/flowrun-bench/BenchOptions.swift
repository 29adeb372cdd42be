import Foundation

/// What the command line asks for.
struct BenchOptions {
    /// The program under test, as an absolute path.
    private(set) var flowrun = Self.absolute("../.build/release/flowrun")
    /// The names of the benchmarks to run; all if empty.
    private(set) var names: [String] = []
    /// How many measured pairs; at least 1.
    private(set) var pairs = 5
    /// The values of `-c` and `-j` that `exec-10k` chooses from; never empty.
    private(set) var concurrencies = [1, 2, 4, 8]
    /// The absolute path of a Python that has Celery and huey, if there is one.
    private(set) var python: String?
    /// The folder of the programs that measure the peers.
    private(set) var peers = Self.absolute("Peers")
    /// The absolute path of the file for the figures as JSON, if one is wanted.
    private(set) var json: String?
    /// The absolute path of the file for the table as Markdown, if one is wanted.
    private(set) var markdown: String?
    private(set) var wantsHelp = false

    static var usage: String {
        let names = allBenchmarks.map { $0.name }.joined(separator: ", ")
        return """
            usage: flowrun-bench [OPTION]...

              --flowrun PATH   the program under test (default ../.build/release/flowrun)
              --only NAME      run this benchmark alone; may be repeated: \(names)
              --pairs N        measured pairs of each benchmark (default 5; fewer are for a quick look)
              -c N[,N]...      the concurrencies that exec-10k chooses from (default 1,2,4,8)
              --python PATH    a Python that has Celery and huey; without it there are no figures of theirs
              --peers FOLDER   the programs that measure them (default Peers)
              --json FILE      also write every figure to FILE
              --markdown FILE  also write the table to FILE, with versions and machine

            Exit status: 0 every target is met; 1 one is missed; 2 bad usage; 3 a benchmark failed.
            """
    }

    init(arguments: [String]) throws(BenchError) {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--help" || option == "-h" {
                wantsHelp = true
                continue
            }
            guard let value = rest.popFirst() else { throw BenchError("\(option) is unknown or lacks its value") }
            try set(option, to: value)
        }
    }

    private mutating func set(_ option: String, to value: String) throws(BenchError) {
        switch option {
        case "--flowrun": flowrun = Self.absolute(value)
        case "--json": json = Self.absolute(value)
        case "--markdown": markdown = Self.absolute(value)
        // The link, not what it leads to: a virtual environment is known by the path of its Python.
        case "--python": python = Self.absolute(value)
        case "--peers": peers = Self.absolute(value)
        case "--pairs": pairs = try Self.count(value, of: option)
        case "-c":
            concurrencies = []
            for part in value.split(separator: ",", omittingEmptySubsequences: false) {
                concurrencies.append(try Self.count(String(part), of: option))
            }
        case "--only":
            guard allBenchmarks.contains(where: { $0.name == value }) else {
                throw BenchError("there is no benchmark \(value)")
            }
            names.append(value)
        default: throw BenchError("unknown option \(option)")
        }
    }

    private static func count(_ text: String, of option: String) throws(BenchError) -> Int {
        guard let count = Int(text), count > 0 else {
            throw BenchError("\(option) wants a positive number, not \(text)")
        }
        return count
    }

    /// Children run in folders of their own, so a relative path would not lead them anywhere.
    private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
