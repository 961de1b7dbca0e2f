#include "rules/yaml.h"
