package io.freehold.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.ExecutionException;

import org.openjdk.jmh.results.format.ResultFormatType;
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
		ChainedOptionsBuilder options = new OptionsBuilder().parent(given)
			.jvmArgs(Jvm.options().toArray(String[]::new));
		if (!given.getResultFormat().hasValue()) {
			options.resultFormat(ResultFormatType.JSON);
		}
		if (!given.getResult().hasValue()) {
			options.result((everything ? Programs.JMH : Programs.PART).toString());
		}
		Runner runner = new Runner(options.build());
		if (given.shouldList()) {
			runner.list();
			return;
		}
		runner.run();
		if (everything) {
			Footprint.main(arguments);
			Burst.main(arguments);
			Report.main(arguments);
		}
	}

}
