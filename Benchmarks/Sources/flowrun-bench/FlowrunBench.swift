import Foundation

/// The harness: runs the benchmarks, prints their table, and says by its exit status whether the targets are met.
@main
struct FlowrunBench {
    static func main() {
        do {
            let options = try BenchOptions(arguments: Array(CommandLine.arguments.dropFirst()))
            if options.wantsHelp {
                print(BenchOptions.usage)
            } else {
                exit(try run(options))
            }
        } catch let error as BenchError {
            say("flowrun-bench: \(error)\n\(BenchOptions.usage)")
            exit(2)
        } catch {
            say("flowrun-bench: \(error)")
            exit(3)
        }
    }

    private static func run(_ options: BenchOptions) throws -> Int32 {
        guard FileManager.default.isExecutableFile(atPath: options.flowrun) else {
            throw BenchError("there is no program at \(options.flowrun)")
        }
        let scratch = try Scratch()
        let machine = Self.machine
        let fileSystem = scratch.fileSystem ?? "unknown file system"
        print("\(machine); load \(Self.load); scratch in \(scratch.path) (\(fileSystem))")
        if fileSystem == "tmpfs" { say("warning: the scratch folder is in memory; set TMPDIR to a folder on a disk") }
        if options.pairs < 5 { say("warning: fewer than 5 pairs are a quick look, not a figure") }

        // Whatever becomes of the rest; a folder that stays behind is said, and changes no figure.
        defer {
            do { try scratch.remove() } catch { say("warning: \(error)") }
        }
        let session = Session(options: options, scratch: scratch, limits: try executableFolder())
        let chosen = allBenchmarks.filter { options.names.isEmpty || options.names.contains($0.name) }
        let findings = chosen.flatMap { Self.findings(of: $0, in: session) }

        print(BenchReport(findings: findings).text)
        if let path = options.json { try BenchJSON(machine: machine, findings: findings).write(to: path) }
        if let path = options.markdown {
            let setting = Setting(session: session, machine: machine, fileSystem: fileSystem)
            try MarkdownReport(findings: findings, setting: setting).write(to: path)
        }
        return findings.map(\.verdict.exitStatus).max() ?? 0
    }

    private static func findings(of benchmark: any Benchmark.Type, in session: Session) -> [Finding] {
        say("\(benchmark.name) ...")
        do {
            return try benchmark.init().compare(in: session).map(Finding.init)
        } catch let missing as MissingPeer {
            return [Finding(name: benchmark.name, verdict: .skipped("there is no \(missing.program) here"))]
        } catch {
            return [Finding(name: benchmark.name, verdict: .failed("\(error)"))]
        }
    }

    /// The folder of this very program; `/proc` knows it however the program was called.
    private static func executableFolder() throws -> String {
        let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: path).deletingLastPathComponent().path
    }

    private static var machine: String {
        let process = ProcessInfo.processInfo
        return "\(process.operatingSystemVersionString), \(process.activeProcessorCount) cores"
    }

    /// The load of the last minute: what else the machine was doing.
    private static var load: String {
        // Where /proc does not say, the figure is only missing from the heading.
        let text = (try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)) ?? "?"
        return String(text.prefix { $0 != " " })
    }

    private static func say(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}
