package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	lua "github.com/yuin/gopher-lua"
	"sigs.k8s.io/yaml"
)

const argocd = "../../config/argocd"

// customizations are the scripts as they get into Argo CD: out of the patch for argocd-cm.
type customizations struct {
	Data map[string]string `json:"data"`
}

func installed(t *testing.T) customizations {
	t.Helper()
	var c customizations
	read(t, filepath.Join(argocd, "argocd-cm.yaml"), &c)
	return c
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// kinds are the folders of the customizations, relative to the folder of Argo CD's files.
func kinds(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(argocd, "*/*/health.lua"))
	if err != nil || len(found) != 2 {
		t.Fatalf("two kinds have health checks, not %v (%v)", found, err)
	}
	for i := range found {
		found[i] = filepath.Dir(found[i])
	}
	return found
}

func key(what, folder string) string {
	return "resource.customizations." + what + "." + filepath.Base(filepath.Dir(folder)) + "_" + filepath.Base(folder)
}

// asked is the time that scripts are told: the one in the expected objects.
var asked = time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)

// execute runs a script as Argo CD does: with the base, package and table libraries, an os library that only knows the
// time, the object as the global obj, and a second to finish in.
func execute(t *testing.T, script string, object map[string]any) any {
	t.Helper()
	l := lua.NewState(lua.Options{SkipOpenLibs: true})
	defer l.Close()
	for name, open := range map[string]lua.LGFunction{lua.LoadLibName: lua.OpenPackage, lua.BaseLibName: lua.OpenBase, lua.TabLibName: lua.OpenTable} {
		l.Push(l.NewFunction(open))
		l.Push(lua.LString(name))
		l.Call(1, 0)
	}
	standStill(l)
	l.SetGlobal("obj", toLua(l, object))
	if err := l.DoString(script); err != nil {
		t.Fatalf("%v in\n%s", err, script)
	}
	return fromLua(l.Get(-1))
}

// standStill replaces the os library by one with nothing in it but a date that stands still.
func standStill(l *lua.LState) {
	l.Push(l.NewFunction(lua.OpenOs))
	l.Push(lua.LString(lua.OsLibName))
	l.Call(1, 1)
	date := l.ToTable(-1).RawGetString("date")
	l.Pop(1)
	clock := l.NewTable()
	clock.RawSetString("date", l.NewFunction(func(l *lua.LState) int {
		format := l.CheckAny(1)
		l.Push(date)
		l.Push(format)
		l.Push(lua.LNumber(asked.Unix()))
		l.Call(2, 1)
		return 1
	}))
	l.SetGlobal("os", clock)
	l.SetField(l.GetField(l.Get(lua.RegistryIndex), "_LOADED"), "os", clock)
}

func toLua(l *lua.LState, value any) lua.LValue {
	switch value := value.(type) {
	case bool:
		return lua.LBool(value)
	case float64:
		return lua.LNumber(value)
	case string:
		return lua.LString(value)
	case []any:
		table := l.NewTable()
		for _, item := range value {
			table.Append(toLua(l, item))
		}
		return table
	case map[string]any:
		table := l.NewTable()
		for name, item := range value {
			table.RawSetString(name, toLua(l, item))
		}
		return table
	default:
		return lua.LNil
	}
}

// fromLua takes a table with a first element for a list, as Argo CD does, and an empty one for an object.
func fromLua(value lua.LValue) any {
	switch value := value.(type) {
	case lua.LBool:
		return bool(value)
	case lua.LNumber:
		return float64(value)
	case lua.LString:
		return string(value)
	case *lua.LTable:
		if value.Len() > 0 {
			var list []any
			for i := 1; i <= value.Len(); i++ {
				list = append(list, fromLua(value.RawGetInt(i)))
			}
			return list
		}
		object := map[string]any{}
		value.ForEach(func(name, item lua.LValue) { object[name.String()] = fromLua(item) })
		return object
	default:
		return nil
	}
}

func TestHealth(t *testing.T) {
	scripts := installed(t)
	for _, folder := range kinds(t) {
		var cases struct {
			Tests []struct {
				InputPath    string         `json:"inputPath"`
				HealthStatus map[string]any `json:"healthStatus"`
			} `json:"tests"`
		}
		read(t, filepath.Join(folder, "health_test.yaml"), &cases)
		files, err := filepath.Glob(filepath.Join(folder, "testdata/*.yaml"))
		NewWithT(t).Expect(files, err).To(HaveLen(len(cases.Tests)), "each object is in a test")
		for _, tt := range cases.Tests {
			t.Run(filepath.Base(folder)+"/"+tt.InputPath, func(t *testing.T) {
				var object map[string]any
				read(t, filepath.Join(folder, tt.InputPath), &object)
				NewWithT(t).Expect(execute(t, scripts.Data[key("health", folder)], object)).To(Equal(any(tt.HealthStatus)))
			})
		}
	}
}

// override is what argocd-cm has of the actions of a kind.
type override struct {
	Discovery   string `json:"discovery.lua"`
	Definitions []struct {
		Name string `json:"name"`
		Lua  string `json:"action.lua"`
	} `json:"definitions"`
}

type actionTests struct {
	Discovery []struct {
		InputPath string           `json:"inputPath"`
		Result    []map[string]any `json:"result"`
	} `json:"discoveryTests"`
	Actions []struct {
		Action   string `json:"action"`
		Input    string `json:"inputPath"`
		Expected string `json:"expectedOutputPath"`
	} `json:"actionTests"`
}

func TestActions(t *testing.T) {
	scripts := installed(t)
	for _, folder := range kinds(t) {
		var actions override
		NewWithT(t).Expect(yaml.Unmarshal([]byte(scripts.Data[key("actions", folder)]), &actions)).To(Succeed())
		var cases actionTests
		read(t, filepath.Join(folder, "actions/action_test.yaml"), &cases)

		for _, tt := range cases.Discovery {
			t.Run(filepath.Base(folder)+"/discovery/"+tt.InputPath, func(t *testing.T) {
				var object map[string]any
				read(t, filepath.Join(folder, "actions", tt.InputPath), &object)
				want := map[string]any{}
				for _, action := range tt.Result {
					want[action["name"].(string)] = action["disabled"]
				}
				offered := map[string]any{}
				for name, action := range execute(t, actions.Discovery, object).(map[string]any) {
					offered[name] = action.(map[string]any)["disabled"] == true
				}
				NewWithT(t).Expect(offered).To(Equal(want))
			})
		}
		tested := map[string]bool{}
		for _, tt := range cases.Actions {
			tested[tt.Action] = true
			t.Run(filepath.Base(folder)+"/"+tt.Action+"/"+tt.Input, func(t *testing.T) {
				var object, want map[string]any
				read(t, filepath.Join(folder, "actions", tt.Input), &object)
				read(t, filepath.Join(folder, "actions", tt.Expected), &want)
				for _, action := range actions.Definitions {
					if action.Name == tt.Action {
						NewWithT(t).Expect(execute(t, action.Lua, object)).To(Equal(any(want)))
						return
					}
				}
				t.Fatalf("no action %s", tt.Action)
			})
		}
		NewWithT(t).Expect(tested).To(HaveLen(len(actions.Definitions)), "each action of %s is tested", folder)
	}
}

// Argo CD's own loader of argocd-cm takes nothing else than these keys.
func TestThePatchIsOneForArgoCD(t *testing.T) {
	g := NewWithT(t)
	text, err := patch(os.DirFS(argocd))
	g.Expect(err).NotTo(HaveOccurred())
	checkedIn, err := os.ReadFile(filepath.Join(argocd, "argocd-cm.yaml"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(string(checkedIn)).To(Equal(text), "run `make manifests`")
	for name, script := range installed(t).Data {
		g.Expect(name).To(MatchRegexp(`^resource\.customizations\.(health|actions|ignoreResourceUpdates)\.dataroom\.dev_(FolderSync|IntralinksIntegration)$`))
		if strings.Contains(name, "ignore") {
			g.Expect(script).To(MatchYAML("jsonPointers: [/status]"))
			continue
		}
		g.Expect(script).To(ContainSubstring("return"))
	}
}
