package io.freehold.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

import io.freehold.benchmarks.contender.Contender;

import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the suite. Without arguments that is everything, the report at the end; with
 * arguments only JMH, to which they are passed.
 */
public final class Suite {

	private Suite() {
	}

	public static void main(String[] arguments)
			throws CommandLineOptionException, RunnerException, IOException, ExecutionException, InterruptedException {
		boolean everything = arguments.length == 0;
		CommandLineOptions given = new CommandLineOptions(arguments);
		if (given.shouldHelp()) {
			given.showHelp();
			return;
		}
		Files.createDirectories(Programs.RESULTS);
		if (given.shouldList()) {
			new Runner(new OptionsBuilder().parent(given).build()).list();
			return;
		}
		List<RunResult> results = new ArrayList<>();
		for (Roster roster : Roster.all()) {
			results.addAll(run(given, roster, Jvm.tunedOptions(), (contender) -> !contender.isAsItComes()));
			results.addAll(run(given, roster, Jvm.options(), Contender::isAsItComes));
		}
		results.addAll(run(given, new OptionsBuilder().parent(given), Jvm.options(), Roster.contested()));
		String file = given.getResult().orElse((everything ? Programs.JMH : Programs.PART).toString());
		ResultFormatFactory.getInstance(ResultFormatType.JSON, file).writeOut(results);
		if (everything) {
			Footprint.main(arguments);
			Burst.main(arguments);
			RequestScratch.main(arguments);
			Report.main(arguments);
		}
	}

	/** Runs what was asked for with those contenders that want these options. */
	private static Collection<RunResult> run(CommandLineOptions given, Roster roster, List<String> jvmOptions,
			Predicate<Contender> wanted) throws RunnerException {
		Collection<String> asked = given.getParameter("contender")
			.orElse(Arrays.stream(Contender.values()).map(Contender::name).toList());
		String[] contenders = roster.contenders()
			.stream()
			.filter((contender) -> asked.contains(contender.name()) && wanted.test(contender))
			.map(Contender::name)
			.toArray(String[]::new);
		if (contenders.length == 0) {
			return List.of();
		}
		return run(given, new OptionsBuilder().parent(given).param("contender", contenders), jvmOptions,
				roster.others());
	}

	private static Collection<RunResult> run(CommandLineOptions given, ChainedOptionsBuilder options,
			List<String> jvmOptions, List<String> excluded) throws RunnerException {
		options.jvmArgs(jvmOptions.toArray(String[]::new));
		given.getExcludes().forEach(options::exclude);
		excluded.forEach(options::exclude);
		try {
			return new Runner(options.build()).run();
		}
		catch (NoBenchmarksException ex) {
			// what was asked for is not among these
			return List.of();
		}
	}

}
