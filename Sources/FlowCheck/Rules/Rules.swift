import FlowLanguage
import FlowModel

/// All rules, in the order in which they can build on one another.
enum Rules {
    /// Applies every rule to a file that has been decoded.
    ///
    /// - Returns: The type of the canvas's result.
    static func check(_ decoder: inout WorkflowDecoder, _ options: CheckOptions) -> StaticType {
        SubWorkflows.check(&decoder)
        DependencyCycle.check(&decoder)
        NeverRuns.check(&decoder)
        var walk = CanvasWalk(decoder, isStrict: options.isStrict)
        TaskChecks.check(
            &walk, isLibrary: decoder.spec.isLibrary && decoder.header.present.isSubset(of: Language.library))
        walk.walk()
        Unused.check(&walk)
        let result = walk.canvasResult
        decoder = walk.decoder
        Hazards.check(&decoder, now: options.now)
        ShellArguments.check(&decoder)
        Queues.check(&decoder)
        Credentials.check(&decoder)
        ProjectPaths.check(&decoder)
        OldYAMLWords.check(&decoder)
        if options.isStrict { Hygiene.check(&decoder) }
        if options.purpose == .run { NotBuiltYet.check(&decoder) }
        return result
    }
}
