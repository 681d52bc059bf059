// Command argocdcm writes the health checks and actions that lie in Argo CD's own layout (GROUP/KIND/health.lua,
// GROUP/KIND/actions/…) as a patch for the ConfigMap argocd-cm, which is how they get into an Argo CD that is
// installed already.
package main

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: argocdcm folder")
		os.Exit(2)
	}
	text, err := patch(os.DirFS(os.Args[1]))
	if err != nil {
		fmt.Fprintln(os.Stderr, "argocdcm:", err)
		os.Exit(1)
	}
	fmt.Print(text)
}

const header = "# Written by `make manifests` from the Lua files beside it.\n"

func patch(folder fs.FS) (string, error) {
	data := map[string]string{}
	checks, err := fs.Glob(folder, "*/*/health.lua")
	if err != nil {
		return "", err
	}
	for _, file := range checks {
		kind := filepath.Dir(file)
		key := strings.ReplaceAll(kind, "/", "_")
		health, err := fs.ReadFile(folder, file)
		if err != nil {
			return "", err
		}
		data["resource.customizations.health."+key] = string(health)
		// A status that is written anew concerns Argo CD only where the health changes with it.
		data["resource.customizations.ignoreResourceUpdates."+key] = "jsonPointers: [/status]\n"
		if data["resource.customizations.actions."+key], err = actions(folder, kind+"/actions"); err != nil {
			return "", err
		}
	}
	text, err := yaml.Marshal(map[string]any{"data": data})
	return header + string(text), err
}

// definition is an action as argocd-cm has it.
type definition struct {
	Name string `json:"name"`
	Lua  string `json:"action.lua"`
}

func actions(folder fs.FS, path string) (string, error) {
	discovery, err := fs.ReadFile(folder, path+"/discovery.lua")
	if err != nil {
		return "", err
	}
	files, err := fs.Glob(folder, path+"/*/action.lua")
	if err != nil {
		return "", err
	}
	named := map[string]string{}
	for _, file := range files {
		lua, err := fs.ReadFile(folder, file)
		if err != nil {
			return "", err
		}
		named[filepath.Base(filepath.Dir(file))] = string(lua)
	}
	var definitions []definition
	for _, name := range slices.Sorted(maps.Keys(named)) {
		definitions = append(definitions, definition{name, named[name]})
	}
	text, err := yaml.Marshal(map[string]any{"discovery.lua": string(discovery), "definitions": definitions})
	return string(text), err
}
