package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// settings are what a person chose, and where things are.
type settings struct {
	dataroom  string // a folder to serve as the exchange; empty: a generated data room
	received  string // where what Luminance received is kept; empty: a temporary folder
	unlimited bool   // no allowance of requests at Luminance
	keep      bool   // leave everything running at the end
	assets    string // the folder with etcd, kube-apiserver and kubectl
	root      string // the top level of the repository
}

// settingsFrom reads the settings from the environment, which is how make passes its variables on.
func settingsFrom(env func(string) string) (settings, error) {
	s := settings{assets: env("KUBEBUILDER_ASSETS"), keep: env("KEEP") != "" && env("KEEP") != "0"}
	if s.assets == "" {
		return s, errors.New("KUBEBUILDER_ASSETS is not set: run `make demo`, which sets it")
	}
	switch env("BUDGET") {
	case "":
	case "unlimited":
		s.unlimited = true
	default:
		return s, fmt.Errorf("BUDGET=%s: leave it out for Luminance's allowance of 100 requests in 10 minutes, or say unlimited", env("BUDGET"))
	}
	var err error
	if s.root, err = repository(); err != nil {
		return s, err
	}
	if s.received, err = absolute(env("RECEIVED")); err != nil {
		return s, err
	}
	if s.dataroom, err = absolute(env("DATAROOM")); err != nil || s.dataroom == "" {
		return s, err
	}
	if info, err := os.Stat(s.dataroom); err != nil || !info.IsDir() {
		return s, fmt.Errorf("DATAROOM=%s is not a folder that can be read", env("DATAROOM"))
	}
	return s, nil
}

// absolute makes a path independent of the working folder; an empty one stays empty.
func absolute(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	return filepath.Abs(path)
}

// repository finds the top level from any folder inside it.
func repository() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "config", "crd", "bases")); err == nil {
			return folder, nil
		}
		if filepath.Dir(folder) == folder {
			return "", errors.New("run this inside the repository: there is no config/crd/bases here or above")
		}
		folder = filepath.Dir(folder)
	}
}
