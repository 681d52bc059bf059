package historytest

import (
	"fmt"

	"pgregory.net/rapid"
)

// settings are what does not change in a history: the user's choices, and how the two services answer where nobody
// knows.
type settings struct {
	// Workers is how many documents cross at once; with one, a history that failed fails again in the same way.
	Workers                        int
	CopyRenamed, IgnoreNewVersions bool
	// Intralinks and Luminance are switches of the simulators that differ from their defaults.
	Intralinks, Luminance map[string]string
}

// choices are the switches that matter for what is recognised, and how. The first value is the default.
var (
	intralinksChoices = map[string][]string{
		"listOrder":    {"mixed", "oldest"},
		"ranges":       {"off", "on"},
		"downloadHash": {"download", "same", "absent"},
		"fileLength":   {"known", "chunked"},
		"entryGate":    {"every", "never"},
		"entryScope":   {"token", "account"},
	}
	luminanceChoices = map[string][]string{
		"idOnReplace":          {"new", "kept"},
		"versionGroup":         {"new-takes-old-id", "old-takes-new-id", "stable"},
		"uploadStatus":         {"200", "201", "201-empty"},
		"envelope":             {"bare", "wrapped", "wrapped-items", "array"},
		"folderDuplicateNames": {"allow", "422"},
		"draftReplace":         {"allow", "422"},
		"listDeletedFolders":   {"on", "off"},
		"listReplaced":         {"on", "off"},
		"versionType":          {"number", "text"},
		"rootFolder":           {"on", "off"},
		"nullParent":           {"root", "top"},
		"rateWindow":           {"sliding", "fixed"},
		"permissions":          {"native", "none"},
		"unsupported":          {"complete", "failure"},
		"clockSkew":            {"0s", "3h", "-3h"},
		"earlyRefusal":         {"off", "on"},
	}
)

func drawSettings(t *rapid.T) settings {
	return settings{
		Workers:           rapid.SampledFrom([]int{1, 1, 1, 3}).Draw(t, "workers"),
		CopyRenamed:       rapid.IntRange(0, 3).Draw(t, "copy renamed") == 3,
		IgnoreNewVersions: rapid.IntRange(0, 7).Draw(t, "ignore new versions") == 7,
		Intralinks:        drawSwitches(t, intralinksChoices),
		Luminance:         drawSwitches(t, luminanceChoices),
	}
}

// drawSwitches moves a few switches.
func drawSwitches(t *rapid.T, choices map[string][]string) map[string]string {
	drawn := map[string]string{}
	names := rapid.SliceOfN(rapid.SampledFrom(sortedKeys(choices)), 0, 3).Draw(t, "switches")
	for _, name := range names {
		drawn[name] = rapid.SampledFrom(choices[name]).Draw(t, name)
	}
	return drawn
}

func (s settings) apply(w *world) {
	// A token outlives a history: the client reckons its end by this machine's clock. One that ends early is revoked.
	w.must(w.target.Control().Set("tokenTTL", "20000h"))
	for name, value := range s.Intralinks {
		w.must(w.source.Control().Set(name, value))
	}
	for name, value := range s.Luminance {
		w.must(w.target.Control().Set(name, value))
	}
}

func (s settings) String() string {
	return fmt.Sprintf("workers %d, copy renamed %v, ignore new versions %v, Intralinks %v, Luminance %v",
		s.Workers, s.CopyRenamed, s.IgnoreNewVersions, s.Intralinks, s.Luminance)
}
