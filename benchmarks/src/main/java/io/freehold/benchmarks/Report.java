package io.freehold.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.freehold.benchmarks.contender.Contender;

import org.jspecify.annotations.Nullable;

/**
 * Prints result files as Markdown: the marks and whether they are reached, then every
 * score. Where files contain the same measurement the last one counts.
 */
public final class Report {

	private final Map<Key, Score> scores = new LinkedHashMap<>();

	Report(List<Score> scores) {
		scores.forEach((score) -> this.scores.put(Key.of(score), score));
	}

	/**
	 * Prints the report of the files named, or of those of the last full run.
	 */
	public static void main(String[] arguments) throws IOException {
		List<Path> files = (arguments.length != 0) ? Arrays.stream(arguments).map(Path::of).toList()
				: Stream.of(Programs.JMH, Programs.FOOTPRINT, Programs.BURST, Programs.REQUEST_SCRATCH)
					.filter(Files::exists)
					.toList();
		List<Score> scores = new ArrayList<>();
		for (Path file : files) {
			scores.addAll(Score.read(file));
		}
		Report report = new Report(scores);
		System.out.println(report.marks());
		System.out.println(report.table());
	}

	/**
	 * Returns the table of marks.
	 */
	String marks() {
		StringBuilder text = new StringBuilder("""
				| workload | block | Freehold | score | rival | score | figure | mark | |
				|---|---:|---|---:|---|---:|---:|---:|---|
				""");
		for (Mark mark : Mark.ALL) {
			text.append(line(mark)).append('\n');
		}
		return text.toString();
	}

	private String line(Mark mark) {
		Score subject = this.scores.get(new Key(mark.workload(), mark.size(), mark.subject()));
		boolean absolute = mark.rule() == Mark.Rule.CEILING;
		Score rival = absolute ? subject : this.scores.get(new Key(mark.workload(), mark.size(), mark.rival()));
		String figure = "";
		String verdict = "not measured";
		if (subject != null && rival != null) {
			double value = mark.figure(subject.value(), rival.value());
			figure = number(value);
			verdict = mark.verdict(value);
		}
		return "| " + String.join(" | ", mark.workload(), block(mark.size()), mark.subject().name(), text(subject),
				absolute ? "" : mark.rival().name(), absolute ? "" : text(rival), figure, "≤ " + number(mark.bound()),
				verdict) + " |";
	}

	/**
	 * Returns the table of all scores, a line for each workload and size, a column for
	 * each contender.
	 */
	String table() {
		Set<Contender> columns = new LinkedHashSet<>();
		Set<Key> lines = new LinkedHashSet<>();
		Map<Key, String> units = new LinkedHashMap<>();
		for (Contender contender : Contender.values()) {
			for (Score score : this.scores.values()) {
				if (score.contender() == contender) {
					columns.add(contender);
					lines.add(Key.of(score).of(Contender.NONE));
					units.put(Key.of(score).of(Contender.NONE), score.unit());
				}
			}
		}
		StringBuilder text = new StringBuilder("| workload | block | unit |");
		columns.forEach((contender) -> text.append(' ').append(contender).append(" |"));
		text.append("\n|---|---:|---|").append("---:|".repeat(columns.size())).append('\n');
		for (Key line : lines) {
			text.append("| ").append(String.join(" | ", line.workload(), block(line.size()), units.get(line)));
			columns.forEach((contender) -> text.append(" | ").append(text(this.scores.get(line.of(contender)))));
			text.append(" |\n");
		}
		return text.toString();
	}

	private static String block(int size) {
		return (size != 0) ? String.valueOf(size) : "";
	}

	private static String text(@Nullable Score score) {
		if (score == null) {
			return "";
		}
		return number(score.value()) + (Double.isNaN(score.error()) ? "" : " ± " + number(score.error()));
	}

	private static String number(double value) {
		return String.format(Locale.ROOT, (Math.abs(value) < 10) ? "%.2f" : "%.1f", value);
	}

	/**
	 * What makes two scores the same measurement.
	 */
	private record Key(String workload, int size, Contender contender) {

		static Key of(Score score) {
			return new Key(score.workload(), score.size(), score.contender());
		}

		Key of(Contender contender) {
			return new Key(this.workload, this.size, contender);
		}

	}

}
