package main

import (
	"bytes"
	"embed"
	"encoding/json"
	"path"
	"strings"
	"text/template"

	"github.com/bmatcuk/doublestar/v4"
)

//go:embed manifests/data-room.yaml.tmpl
var manifests embed.FS

// Where the resources are, and what the sync is called.
const (
	namespace       = "deals"
	integrationName = "intralinks-production"
)

// plan is what the demo asks the operator to carry.
type plan struct {
	services
	Unlimited        bool
	Sync             string
	Folder           string // of the exchange
	Destination      string // of the Division
	Include, Exclude []string
	TaskIDs          []int
}

// planFor is the sample of the project for the generated data room, and all of a user's own folder.
func planFor(o settings, s *services) plan {
	p := plan{
		services: *s, Unlimited: o.unlimited,
		Sync: "project-heron-contracts", Folder: "/Contracts", Destination: "/Project Heron/Contracts",
		Include: []string{"**/*.pdf", "**/*.docx"}, Exclude: []string{"Drafts/**"}, TaskIDs: []int{12},
	}
	if o.dataroom != "" {
		p.Sync, p.Folder, p.Destination = "data-room", "/", "/Data room"
		p.Include, p.Exclude, p.TaskIDs = nil, nil, nil
	}
	return p
}

// manifest renders the resources.
func (p plan) manifest() ([]byte, error) {
	parsed, err := template.New("data-room.yaml.tmpl").Funcs(template.FuncMap{"yaml": asYAML}).ParseFS(manifests, "manifests/*")
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	err = parsed.Execute(&text, p)
	return text.Bytes(), err
}

// asYAML writes a value on one line: JSON is YAML too.
func asYAML(value any) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}

// expected picks what has to arrive of a data room's documents, by the demo's own reading of the
// filters, and says where each should lie if its name can stay as it is.
func (p plan) expected(documents []document) []document {
	var chosen []document
	for _, d := range documents {
		below, inside := strings.CutPrefix(d.Path, strings.TrimSuffix(p.Folder, "/")+"/")
		if !inside || d.Withheld || !p.wants(below) {
			continue
		}
		d.Target = path.Join(p.Destination, below)
		chosen = append(chosen, d)
	}
	return chosen
}

func (p plan) wants(below string) bool {
	matches := func(glob string) bool { return doublestar.MatchUnvalidated(glob, below) }
	for _, glob := range p.Exclude {
		if matches(glob) {
			return false
		}
	}
	for _, glob := range p.Include {
		if matches(glob) {
			return true
		}
	}
	return len(p.Include) == 0
}
