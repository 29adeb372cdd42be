// swift-tools-version: 6.2
import PackageDescription

// The checks of a release build stay, and so do its `assert`s.
let fuzzing: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-assert-config", "Debug"])]

let settings: [SwiftSetting] =
    fuzzing + [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .strictMemorySafety(),
        .treatAllWarnings(as: .error),
    ]

let programSettings: [SwiftSetting] = settings + [.unsafeFlags(["-parse-as-library"])]
let programLinkerSettings: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer,address"])]

let package = Package(
    name: "flowrun-fuzz",
    platforms: [.macOS(.v15)],
    targets: [
        // The sources of the main package, by links: built again, watched by the fuzzer.
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "FlowDiagnostics", swiftSettings: settings),
        .target(name: "FlowYAML", dependencies: ["FlowDiagnostics", "CYAML"], swiftSettings: settings),
        .target(name: "FlowValue", swiftSettings: settings),
        .target(name: "FlowExpression", dependencies: ["FlowDiagnostics", "FlowValue"], swiftSettings: settings),
        .target(name: "FlowPattern", dependencies: ["CRE2"], swiftSettings: settings),
        .target(name: "FlowSchedule", swiftSettings: settings),
        .target(
            name: "FlowModel", dependencies: ["FlowDiagnostics", "FlowExpression", "FlowPattern", "FlowValue"],
            swiftSettings: settings),
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

        .target(name: "CLibFuzzer"),
        .target(name: "FuzzSupport", dependencies: ["CLibFuzzer", "FlowDiagnostics"], swiftSettings: settings),
        .executableTarget(
            name: "fuzz-check",
            dependencies: ["FlowCheck", "FlowDiagnostics", "FlowValue", "FuzzSupport"],
            swiftSettings: programSettings, linkerSettings: programLinkerSettings),
        .executableTarget(
            name: "fuzz-parts",
            dependencies: [
                "FlowDiagnostics", "FlowExpression", "FlowImport", "FlowPattern", "FlowSchedule", "FlowValue",
                "FlowYAML", "FuzzSupport",
            ],
            swiftSettings: programSettings, linkerSettings: programLinkerSettings),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
