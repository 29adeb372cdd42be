// swift-tools-version: 6.2
import Foundation
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // That nobody reads what another changes is checked at run time where the suite runs; the checks take a thirtieth.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
    // The suite runs the engine and the checker on tens of thousands of random inputs.
    .unsafeFlags(["-O"], .when(configuration: .debug)),
]

// Tests call C and the file system freely; the sources mark each unsafe expression.
let testSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
    .unsafeFlags(["-O"], .when(configuration: .debug)),
]

/// Links the C and C++ libraries into a release, where the system has their archives.
///
/// To load them takes a quarter of each start, and each of libyaml's calls to itself would go through a table. What stands
/// in `Archives` tells the linker to take the archives.
let archives: [LinkerSetting] = {
    let files = FileManager.default
    func has(_ library: String, in folders: [String]) -> Bool {
        folders.contains { files.fileExists(atPath: "\($0)/lib\(library).a") }
    }
    let triples = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
    let libraries = ["/usr/lib", "/usr/lib64"] + triples.map { "/usr/lib/\($0)" }
    let compilers = triples.map { "/usr/lib/gcc/\($0)" }.flatMap { folder in
        ((try? files.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)" }
    }
    guard ["yaml", "re2", "sqlite3"].allSatisfy({ has($0, in: libraries) }), has("stdc++", in: compilers)
    else { return [] }
    return [
        .unsafeFlags(["-L\(Context.packageDirectory)/Archives"], .when(platforms: [.linux], configuration: .release))
    ]
}()

// It would name the shared library beside the archive; its headers are where all are.
#if os(Linux)
    let yamlPackage: String? = nil
#else
    let yamlPackage: String? = "yaml-0.1"
#endif

let package = Package(
    name: "flowrun",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "flowrun", targets: ["flowrun"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CYAML", pkgConfig: yamlPackage, providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .target(name: "CFlowProcess"),
        .target(name: "CFlowThreads"),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),

        .target(name: "FlowDiagnostics", swiftSettings: settings),
        .target(
            name: "FlowYAML", dependencies: ["FlowDiagnostics", "CYAML"], swiftSettings: settings,
            linkerSettings: [.linkedLibrary("yaml")]),
        .target(name: "FlowValue", swiftSettings: settings),
        .target(name: "FlowExpression", dependencies: ["FlowDiagnostics", "FlowValue"], swiftSettings: settings),
        .target(name: "FlowPattern", dependencies: ["CRE2"], swiftSettings: settings),
        .target(name: "FlowSchedule", swiftSettings: settings),
        .target(name: "FlowThreads", dependencies: ["CFlowThreads"], swiftSettings: settings),
        .target(
            name: "FlowModel", dependencies: ["FlowDiagnostics", "FlowExpression", "FlowPattern", "FlowValue"],
            swiftSettings: settings
        ),
        .target(
            name: "FlowLanguage", dependencies: ["FlowExpression", "FlowModel", "FlowValue"], swiftSettings: settings),
        .target(
            name: "FlowCheck",
            dependencies: [
                "FlowDiagnostics", "FlowExpression", "FlowLanguage", "FlowModel", "FlowPattern", "FlowSchedule",
                "FlowValue", "FlowYAML",
            ],
            swiftSettings: settings),
        .target(
            name: "FlowImport", dependencies: ["FlowDiagnostics", "FlowModel", "FlowPattern", "FlowValue", "FlowYAML"],
            swiftSettings: settings),
        .target(
            name: "FlowPlan", dependencies: ["FlowExpression", "FlowModel", "FlowValue"],
            swiftSettings: settings),
        .target(
            name: "FlowEngine",
            dependencies: [
                "FlowExpression", "FlowModel", "FlowPlan", "FlowValue",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: settings),
        .target(name: "FlowProgress", dependencies: ["FlowDiagnostics"], swiftSettings: settings),
        .target(
            name: "FlowRehearsal", dependencies: ["FlowEngine", "FlowModel", "FlowPlan", "FlowValue"],
            swiftSettings: settings),
        .target(
            name: "FlowStore",
            dependencies: [
                "CFlowProcess", "FlowEngine", "FlowPlan", "FlowThreads", "FlowValue",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "FlowWorker", dependencies: ["CFlowProcess", "FlowExpression", "FlowModel", "FlowValue"],
            swiftSettings: settings),
        .target(
            name: "FlowRuntime",
            dependencies: [
                "FlowDiagnostics", "FlowEngine", "FlowExpression", "FlowModel", "FlowPlan", "FlowStore", "FlowThreads",
                "FlowValue", "FlowWorker",
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "flowrun",
            dependencies: [
                "FlowCheck", "FlowDiagnostics", "FlowEngine", "FlowImport", "FlowLanguage", "FlowModel", "FlowPlan",
                "FlowProgress", "FlowRehearsal", "FlowRuntime", "FlowStore", "FlowThreads", "FlowValue", "FlowWorker",
                "FlowYAML",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings,
            // Nothing loads the program as a library, and each start would relocate 90 000 pointers.
            linkerSettings: archives + [
                .unsafeFlags(["-Xclang-linker", "-no-pie"], .when(platforms: [.linux], configuration: .release))
            ]),

        .testTarget(
            name: "FlowYAMLTests", dependencies: ["FlowDiagnostics", "FlowYAML"], swiftSettings: testSettings),
        .testTarget(name: "FlowValueTests", dependencies: ["FlowValue"], swiftSettings: testSettings),
        .testTarget(
            name: "FlowExpressionTests", dependencies: ["FlowExpression", "FlowValue"], swiftSettings: testSettings),
        .testTarget(name: "FlowPatternTests", dependencies: ["FlowPattern"], swiftSettings: testSettings),
        .testTarget(name: "FlowDiagnosticsTests", dependencies: ["FlowDiagnostics"], swiftSettings: testSettings),
        .testTarget(name: "FlowThreadsTests", dependencies: ["FlowThreads"], swiftSettings: testSettings),
        .testTarget(name: "FlowScheduleTests", dependencies: ["FlowSchedule"], swiftSettings: testSettings),
        .testTarget(
            name: "FlowModelTests", dependencies: ["FlowExpression", "FlowModel", "FlowValue"],
            swiftSettings: testSettings),
        .testTarget(
            name: "FlowImportTests",
            dependencies: ["FlowDiagnostics", "FlowImport", "FlowModel", "FlowValue", "FlowYAML"],
            exclude: ["Fixtures"], swiftSettings: testSettings),
        .testTarget(
            name: "FlowLanguageTests",
            dependencies: ["FlowCheck", "FlowDiagnostics", "FlowLanguage", "FlowModel", "FlowValue"],
            swiftSettings: testSettings),
        .testTarget(
            name: "FlowCheckTests",
            dependencies: ["FlowCheck", "FlowDiagnostics", "FlowLanguage", "FlowModel", "FlowValue", "FlowYAML"],
            exclude: ["Fixtures"], swiftSettings: testSettings),
        .testTarget(
            name: "FlowEngineTests",
            dependencies: [
                "FlowCheck", "FlowDiagnostics", "FlowEngine", "FlowModel", "FlowPlan", "FlowStore", "FlowValue",
            ],
            exclude: ["Reference/README.md"], swiftSettings: testSettings),
        .testTarget(
            name: "FlowProgressTests", dependencies: ["FlowDiagnostics", "FlowProgress"], swiftSettings: testSettings),
        .testTarget(name: "FlowWorkerTests", dependencies: ["FlowWorker"], swiftSettings: testSettings),
        .testTarget(
            name: "FlowRehearsalTests",
            dependencies: ["FlowCheck", "FlowEngine", "FlowPlan", "FlowRehearsal", "FlowValue"],
            swiftSettings: testSettings),
        .testTarget(
            name: "FlowStoreTests",
            dependencies: [
                "FlowEngine", "FlowPlan", "FlowStore", "FlowValue", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Fixtures"], swiftSettings: testSettings),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "FlowCheck", "FlowDiagnostics", "FlowEngine", "FlowModel", "FlowPlan", "FlowStore", "FlowValue",
            ],
            exclude: ["Fixtures"], swiftSettings: testSettings),
        .testTarget(
            name: "ConformanceTests", dependencies: ["flowrun"], exclude: ["Fixtures"], swiftSettings: testSettings),
        .testTarget(name: "ProductTests", dependencies: ["flowrun"], swiftSettings: testSettings),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
