// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let cSettings: [CSetting] = [.define("_GNU_SOURCE"), .treatAllWarnings(as: .error)]

// SwiftPM links C programs with Swift's runtime too. A limit must not pay for loading what it does not use, so it is
// linked whole, and without the runtime's start-up files.
let cLinkerSettings: [LinkerSetting] = [.unsafeFlags(["-nostartfiles", "-static-executable"])]

// Of SQLite the archive is meant, and what it leans on.
let sqliteLinkerSettings: [LinkerSetting] = cLinkerSettings + [.linkedLibrary("sqlite3"), .linkedLibrary("m")]

let package = Package(
    name: "flowrun-benchmarks",
    platforms: [.macOS(.v15)],
    targets: [
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        // What Swift's Glibc module leaves out.
        .systemLibrary(name: "CMalloc"),
        .executableTarget(
            name: "yaml-events", dependencies: ["CYAML"], cSettings: cSettings, linkerSettings: cLinkerSettings),
        .executableTarget(name: "spawn-capture", cSettings: cSettings, linkerSettings: cLinkerSettings),
        .executableTarget(name: "sqlite-tasks", cSettings: cSettings, linkerSettings: sqliteLinkerSettings),
        .executableTarget(name: "copy-runs", cSettings: cSettings, linkerSettings: sqliteLinkerSettings),
        .executableTarget(name: "flowrun-bench", dependencies: ["CMalloc"], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
