package crashtest

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"dataroom.dev/intralinks-operator/internal/crashpoint"
	"dataroom.dev/intralinks-operator/internal/testenv/postgres"
)

// switches of the Luminance simulator that must make no difference.
var switches = map[string][]string{
	"clockSkew":            {"0s", "10m", "-10m"},
	"envelope":             {"bare", "wrapped", "wrapped-items", "array"},
	"folderDuplicateNames": {"allow", "422"},
	"idOnReplace":          {"new", "kept"},
	"missingStatus":        {"404", "403", "422"},
	"nameMatch":            {"exact", "case-insensitive", "nfc"},
	"profile":              {"v1.5", "v1.4", "v1.3"},
	"rateWindow":           {"sliding", "fixed"},
	"rootFolder":           {"on", "off"},
	"tokenCounts":          {"on", "off"},
	"uploadStatus":         {"200", "201", "201-empty"},
	"versionGroup":         {"new-takes-old-id", "old-takes-new-id", "stable"},
}

// TestSeveralCrashesLoseAndDoubleNothing draws two or three deaths, one after the other, several transfers at once,
// and ways in which an instance may work. A failure tells its seed, for -rapid.seed.
func TestSeveralCrashesLoseAndDoubleNothing(t *testing.T) {
	for kind, start := range ledgers {
		t.Run(kind, func(t *testing.T) {
			server := start(t)
			rapid.Check(t, func(t *rapid.T) { crashSeveralTimes(t, server) })
		})
	}
}

func crashSeveralTimes(t *rapid.T, server *postgres.Server) {
	w := newWorld(t, server)
	for _, name := range slices.Sorted(maps.Keys(switches)) {
		w.set(name, rapid.SampledFrom(switches[name]).Draw(t, name))
	}
	if w.target.Control().Get("profile") != "v1.5" {
		w.set("rootFolder", "on") // these can't make a folder without a parent
	}
	scenarios[rapid.SampledFrom(slices.Sorted(maps.Keys(scenarios))).Draw(t, "scenario")](w)
	w.transfers = rapid.SampledFrom([]int{1, 4}).Draw(t, "transfers")
	for range rapid.IntRange(2, 3).Draw(t, "crashes") {
		at := crashpoint.Point{
			Step:    rapid.IntRange(0, 85).Draw(t, "step"),
			Flavour: rapid.SampledFrom([]crashpoint.Flavour{crashpoint.Before, crashpoint.After, crashpoint.HalfSent, crashpoint.HalfRead}).Draw(t, "flavour"),
		}
		w.live(&at) // which may come to its end before that step
		w.time.leap(rapid.SampledFrom([]time.Duration{0, 0, 5 * time.Minute, time.Hour}).Draw(t, "down for"))
	}
	w.recover()
}
