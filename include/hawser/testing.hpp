#pragma once
// For tests of programs that use Hawser: see docs/guides/testing.md.
#include <hawser/testing/clock.hpp>
#include <hawser/testing/database.hpp>
#include <hawser/testing/factory.hpp>
#include <hawser/testing/fake_repository.hpp>
#include <hawser/testing/fault_plan.hpp>
#include <hawser/testing/recorder.hpp>
#include <hawser/testing/repository_like.hpp>
#include <hawser/testing/suspension.hpp>
#include <hawser/testing/temporary_folder.hpp>
#include <hawser/testing/uuids.hpp>
