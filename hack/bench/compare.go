package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
)

// compare prints what became of each number between the reports old-*.json and new-*.json of a folder, which were
// taken in turns: the medians, and the median of the ratios round by round.
func compare(out io.Writer, folder string) error {
	before, err := readReports(filepath.Join(folder, "old-*.json"))
	if err != nil {
		return err
	}
	after, err := readReports(filepath.Join(folder, "new-*.json"))
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "figure\tnumber\told\tnew\tnew/old")
	for _, name := range slices.Sorted(maps.Keys(before)) {
		olds, news := before[name], after[name]
		var ratios []float64
		for i := range min(len(olds), len(news)) {
			ratios = append(ratios, news[i]/olds[i])
		}
		fmt.Fprintf(table, "%s\t%.4g\t%.4g\t%.3f\n", name, median(olds), median(news), median(ratios))
	}
	return nil
}

// readReports gives all values of each number, by figure and name, with a tab between them.
func readReports(pattern string) (map[string][]float64, error) {
	files, err := filepath.Glob(pattern)
	if err != nil {
		return nil, err
	}
	found := map[string][]float64{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		for _, f := range r.Figures {
			for name, value := range f.Numbers {
				key := f.Name + "\t" + name
				found[key] = append(found[key], value)
			}
		}
	}
	return found, nil
}
